//! Turns `<img>` elements into pictures, and tells icons and logos from them.

use scraper::node::Element;

use crate::document::Image;
use crate::extract::page::{Item, Kind, attribute, declaration};
use crate::extract::whitespace::is_forbidden;

/// The picture that an `<img>` shows, its source as written; `None` if it has none.
pub(in crate::extract) fn image(element: &Element) -> Option<Image> {
    // Pages that load pictures late put a placeholder in `src` and the picture elsewhere.
    const LAZY: [&str; 8] = [
        "data-src",
        "data-original",
        "data-lazy-src",
        "data-lazyload",
        "data-echo",
        "data-url",
        "lazy-src",
        "original",
    ];
    let source = attribute(element, "src").map(str::trim).filter(|source| !source.is_empty());
    let lazy = LAZY
        .iter()
        .find_map(|name| attribute(element, name))
        .map(str::trim)
        .filter(|source| !source.is_empty());
    let set = attribute(element, "srcset")
        .and_then(|set| set.split(',').next())
        .and_then(|first| first.split_whitespace().next());
    let source = lazy.or(source).or(set)?;
    let size = |name: &str| {
        let declared = attribute(element, "style").and_then(|style| declaration(style, name));
        let number = |text: &str| text.trim().trim_end_matches("px").parse::<f32>().ok();
        attribute(element, name)
            .and_then(number)
            .or_else(|| declared.filter(|value| value.ends_with("px")).and_then(number))
            .filter(|value| (1.0..=100_000.0).contains(value))
    };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 100,000")]
    let rounded = |value: f32| value.round() as u32;
    Some(Image {
        source: source.to_owned(),
        asset: None,
        alternative: attribute(element, "alt")
            .map(|alt| alt.chars().filter(|c| !is_forbidden(*c)).collect::<String>().trim().to_owned())
            .unwrap_or_default(),
        width: size("width").map(rounded),
        height: size("height").map(rounded),
    })
}

/// Whether an `<img>` is an icon, a logo, a QR code or the like.
pub(in crate::extract) fn is_decoration(item: &Item<'_>) -> bool {
    const PARTS: [&str; 25] = [
        "logo", "icon", "qrcode", "erweima", "ewm", "share", "banner", "weixin", "wechat", "weibo", "btn",
        "button", "search", "print", "close", "arrow", "spacer", "blank.", "loading", "dot.", "line.",
        "bszs", "conac", "jiucuo", "beian",
    ];
    let Kind::Element(element, _) = item.kind else { return false };
    let small = |name| {
        attribute(element, name)
            .and_then(|value| value.trim().trim_end_matches("px").parse::<u32>().ok())
            .is_some_and(|size| size <= 24)
    };
    if small("width") || small("height") {
        return true;
    }
    attribute(element, "src").is_some_and(|source| {
        if source.starts_with("data:") {
            return false;
        }
        let name = source.rsplit('/').next().unwrap_or(source).to_ascii_lowercase();
        PARTS.iter().any(|part| name.contains(part))
    })
}
