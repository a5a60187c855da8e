//! The places below which pages may be read, if the user named any.

use std::path::{Component, Path, PathBuf};

use url::Url;

use super::storage::Location;

/// The location as it is compared and read, if it is below one of `roots` or there are none. Names of files are resolved,
/// so that neither `..` nor a link leads out.
pub(super) fn admitted(location: Location, roots: &[Location]) -> Option<Location> {
    if roots.is_empty() {
        return Some(location);
    }
    let location = match location {
        Location::Folder(path) => Location::Folder(resolved(&path)),
        remote @ Location::Remote(_) => remote,
    };
    let below = roots.iter().any(|root| match (root, &location) {
        (Location::Folder(root), Location::Folder(path)) => path.starts_with(resolved(root)),
        (Location::Remote(root), Location::Remote(url)) => is_below(url, root),
        _ => false,
    });
    below.then_some(location)
}

/// Whether a redirect from `from` may lead to `to`: it stays with the same server and below the roots.
pub(super) fn may_lead(from: &Url, to: &Url, roots: &[Location]) -> bool {
    from.origin() == to.origin() && admitted(Location::Remote(to.clone()), roots).is_some()
}

fn is_below(url: &Url, root: &Url) -> bool {
    let same = (url.scheme(), url.host(), url.port_or_known_default())
        == (root.scheme(), root.host(), root.port_or_known_default());
    let below = url.path().strip_prefix(root.path().trim_end_matches('/'));
    // A server may decode the path before it looks for dots in it.
    let decoded = url.path().to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
    same && below.is_some_and(|rest| rest.starts_with('/')) && decoded.split('/').all(|part| part != "..")
}

/// The path without links and dots. What is not there is not there for anyone: it is where its folder is.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    for known in path.ancestors() {
        let (Ok(real), Ok(rest)) = (known.canonicalize(), path.strip_prefix(known)) else { continue };
        return rest.components().fold(real, |mut path, part| {
            match part {
                Component::ParentDir => drop(path.pop()),
                part => path.push(part),
            }
            path
        });
    }
    path
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{admitted, may_lead};
    use crate::stream::storage::Location;

    fn is_admitted(text: &str, root: &str) -> bool {
        let location = |text: &str| Location::parse(text).expect(text);
        admitted(location(text), &[location(root)]).is_some()
    }

    #[test]
    fn what_is_below_the_root_is_admitted_and_nothing_beside_it() {
        let root = "http://mirror.lan:8080/in";
        assert!(is_admitted("http://mirror.lan:8080/in/a.html?id=1", root));
        for other in [
            "http://mirror.lan:8080/inner/a.html",
            "http://mirror.lan/in/a.html",
            "https://mirror.lan:8080/in/a.html",
            "http://mirror.lan:8080/in/../secret.html",
            "http://mirror.lan:8080/in/..%2Fsecret.html",
            "http://mirror.lan.evil:8080/in/a.html",
        ] {
            assert!(!is_admitted(other, root), "{other}");
        }
        assert!(is_admitted("s3://bucket/in/a?b", "s3://bucket/in/"));
        assert!(
            !is_admitted("s3://bucket/in/../b", "s3://bucket/in")
                && !is_admitted("s3://other/in/a", "s3://bucket/in")
        );
    }

    #[test]
    fn a_file_that_is_not_there_is_where_its_folder_is() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(folder.path().join("in")).expect("a folder");
        let at = |path: &str| folder.path().join(path).display().to_string();
        assert!(is_admitted(&at("in/none.html"), &at("in")));
        assert!(is_admitted(&at("in/none/a.html"), &at("in")));
        assert!(!is_admitted(&at("in/../none.html"), &at("in")));
        assert!(!is_admitted(&at("in/none/../../secret.html"), &at("in")));
    }

    #[test]
    fn a_redirect_stays_with_its_server_and_below_the_roots() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let from = url("http://a.cn/in/1");
        let root = [Location::parse("http://a.cn/in").expect("a root")];
        assert!(
            may_lead(&from, &url("http://a.cn/in/2"), &root) && may_lead(&from, &url("http://a.cn/x"), &[])
        );
        assert!(
            !may_lead(&from, &url("http://a.cn/x"), &root) && !may_lead(&from, &url("http://b.cn/in/1"), &[])
        );
        assert!(!may_lead(&from, &url("http://a.cn:81/in/1"), &[]));
    }
}
