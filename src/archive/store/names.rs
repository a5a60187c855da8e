//! Checks the paths that inventories and submissions give, before anything is opened by them.

use std::collections::BTreeSet;

use super::error::PathFault;

/// The longest part that file systems take.
const LONGEST_PART: usize = 255;
/// The longest path within an object.
const LONGEST_PATH: usize = 1024;

/// Whether `path` leads to a place below where it starts, on every system.
///
/// # Errors
/// What is wrong with it. OCFL 1.1, section 3.5.3.1, and narrower.
pub(crate) fn check(path: &str) -> Result<(), PathFault> {
    if path.len() > LONGEST_PATH {
        return Err(PathFault::Long);
    }
    if path.chars().any(|character| character == '\\' || character.is_control()) {
        return Err(PathFault::Character);
    }
    for part in path.split('/') {
        match part {
            "" => return Err(PathFault::Empty),
            "." | ".." => return Err(PathFault::Dots),
            _ if part.len() > LONGEST_PART => return Err(PathFault::Long),
            _ => {}
        }
    }
    Ok(())
}

/// A path that occurs twice, or is a file where another path has a folder. `paths` are checked already.
pub(crate) fn conflict<'a>(paths: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut seen = BTreeSet::new();
    for path in paths {
        if !seen.insert(path) {
            return Some(path);
        }
    }
    seen.iter()
        .flat_map(|path| path.match_indices('/').map(|(slash, _)| &path[..slash]))
        .find(|folder| seen.contains(folder))
}

#[cfg(test)]
mod tests {
    use super::{PathFault, check, conflict};

    #[test]
    fn paths_stay_below_where_they_start() {
        assert_eq!(check("images/图.png"), Ok(()));
        assert_eq!(check("..a/b.."), Ok(()));
        for (path, fault) in [
            ("", PathFault::Empty),
            ("/etc/passwd", PathFault::Empty),
            ("a//b", PathFault::Empty),
            ("a/", PathFault::Empty),
            ("../a", PathFault::Dots),
            ("a/../../b", PathFault::Dots),
            ("a/./b", PathFault::Dots),
            ("a\\b", PathFault::Character),
            ("a\0b", PathFault::Character),
            ("a\u{85}b", PathFault::Character),
        ] {
            assert_eq!(check(path), Err(fault), "{path:?}");
        }
        assert_eq!(check(&"a".repeat(256)), Err(PathFault::Long));
        assert_eq!(check(&"a/".repeat(600)), Err(PathFault::Long));
    }

    #[test]
    fn a_path_has_one_file() {
        assert_eq!(conflict(["a", "b/c", "b-d"]), None);
        assert_eq!(conflict(["a", "b", "a"]), Some("a"));
        assert_eq!(conflict(["b/c/d", "b", "b-d"]), Some("b"));
    }
}
