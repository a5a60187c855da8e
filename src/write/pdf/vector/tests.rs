//! What a picture of paths may do, and may not: read files, take long, overflow the stack, break the standard.

use super::*;
use crate::fonts::tests::library;

fn read(svg: &str) -> Option<Vector> {
    Vector::read(svg.as_bytes(), &VectorFonts::new(&library()))
}

fn svg(inside: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='100' \
         height='50'>{inside}</svg>"
    )
}

#[test]
fn paths_words_masks_patterns_and_shadows_are_shown() {
    for inside in [
        "<rect width='10' height='10' fill='red'/>",
        "<text x='5' y='20' font-family='SimHei'>政府信息公开 2018 བོད</text>",
        "<mask id='m'><rect width='9' height='9' fill='white' opacity='.5'/></mask><g mask='url(#m)'><circle r='9'/></g>",
        "<pattern id='p' width='.1' height='.1'><path d='M0 0L5 5' stroke='red'/></pattern><rect fill='url(#p)' width='50' height='50'/>",
        "<filter id='f'><feDropShadow dx='1' dy='1' stdDeviation='1'/></filter><rect filter='url(#f)' width='50' height='40'/>",
        "<linearGradient id='l'><stop offset='0' stop-color='red'/><stop offset='1' stop-opacity='.2'/></linearGradient>\
         <style>.a{fill:url(#l)}</style><rect class='a' width='50' height='40'/>",
        // As drawing programs write it.
        "<style type='text/css'>.st0{clip-path:url(#c);} .st1,.st2{fill:#fff;}</style><defs><rect id='r' class='st1' width='9' height='9'/></defs>\
         <clipPath id='c'><use xlink:href='#r' style='overflow:visible;'/></clipPath><g class='st0'><circle class='st2' r='9'/></g>",
        "<marker id='a'><path d='M0 0h2v2z'/></marker><path d='M0 0L5 5L10 0' marker-mid='url(#a)' stroke='red'/>",
        "<g id='g'><circle r='2'/></g><use xlink:href='#g' x='9'/>",
        "",
    ] {
        let vector = read(&svg(inside)).unwrap_or_else(|| panic!("shown: {inside}"));
        assert!(!vector.incomplete);
    }
}

#[test]
fn no_file_and_no_address_is_read() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.png");
    std::fs::write(&path, include_bytes!("../pictures/alpha.png")).expect("written");
    let path = path.to_str().expect("UTF-8");
    for href in
        [path.to_owned(), format!("file://{path}"), "/etc/passwd".into(), "http://example.com/a.png".into()]
    {
        let vector =
            read(&svg(&format!("<image href='{href}' width='9' height='9'/>"))).expect("the rest is shown");
        assert!(vector.incomplete, "{href}");
        assert!(!vector.tree.root().has_children(), "nothing of it is there");
    }
    let entity = format!("<!DOCTYPE svg [<!ENTITY x SYSTEM '{path}'>]>{}", svg("<text>&x;</text>"));
    if let Some(vector) = read(&entity) {
        assert!(!vector.tree.root().has_children());
    }
}

#[test]
fn pictures_inside_are_shown_if_they_are_of_pixels() {
    use std::fmt::Write as _;
    let url = |media_type: &str, bytes: &[u8]| {
        let mut url = format!("data:{media_type},");
        for byte in bytes {
            write!(url, "%{byte:02X}").expect("a string");
        }
        svg(&format!("<image href='{url}' width='9' height='9'/>"))
    };
    assert!(!read(&url("image/png", include_bytes!("../pictures/alpha.png"))).expect("shown").incomplete);
    assert!(!read(&url("image/jpeg", include_bytes!("../pictures/gray.jpg"))).expect("shown").incomplete);
    assert!(read(&url("image/jpeg", include_bytes!("../pictures/cmyk.jpg"))).expect("shown").incomplete);
    assert!(read(&url("image/svg+xml", svg("").as_bytes())).expect("shown").incomplete);
}

/// `count` groups, each naming the next twice.
fn doubling(count: usize, element: impl Fn(usize) -> String) -> String {
    (0..count).map(element).collect::<String>() + &format!("<rect id='e{count}' width='1' height='1'/>")
}

#[test]
fn hostile_files_are_refused_at_once() {
    let long = "x".repeat(200);
    let cases = [
        ("nested groups", svg(&("<g>".repeat(100_000) + &"</g>".repeat(100_000)))),
        (
            "groups nested deeper than viewers draw",
            svg(&("<g opacity='.9'>".repeat(150) + "<rect width='1' height='1'/>" + &"</g>".repeat(150))),
        ),
        ("unclosed groups", svg(&"<g>".repeat(500_000))),
        (
            "entities of entities",
            format!("<!DOCTYPE svg [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>{}", svg("<text>&b;</text>")),
        ),
        ("entities of elements", format!("<!DOCTYPE svg [<!ENTITY a '<g/>'>]>{}", svg("&a;"))),
        ("many entities", format!("<!DOCTYPE svg [<!ENTITY a '{long}'>]>{}", svg(&"&a;".repeat(200_000)))),
        (
            "parts used twice again and again",
            svg(&doubling(40, |n| format!("<g id='e{n}'><use href='#e{0}'/><use href='#e{0}'/></g>", n + 1))),
        ),
        ("a part used in itself", svg("<g id='a'><rect width='1' height='1'/><use href='#a'/></g>")),
        (
            "masks in masks",
            svg(&doubling(22, |n| {
                format!(
                    "<mask id='e{n}'><rect mask='url(#e{0})' width='9' height='9'/><rect mask='url(#e{0})' width='9' height='9'/></mask>",
                    n + 1
                )
            })),
        ),
        (
            "patterns in patterns by a style sheet",
            svg(&(doubling(22, |n| {
                format!(
                    "<pattern id='e{n}' width='1' height='1'><rect class='c{n}' width='9' height='9'/><rect class='c{n}' width='9' height='9'/></pattern><style>.c{n}{{fill:url(#e{})}}</style>",
                    n + 1
                )
            }) + "<rect fill='url(#e0)' width='9' height='9'/>")),
        ),
        (
            "markers on every point",
            svg(&format!(
                "<marker id='m'>{}</marker><g style='marker:url(#m)'><path d='M0 0{}'/></g>",
                "<rect width='1' height='1'/>".repeat(1000),
                "L1 1".repeat(10_000)
            )),
        ),
        (
            "a filter that is dear",
            svg(
                "<filter id='f'><feTurbulence numOctaves='1000000'/></filter><rect filter='url(#f)' width='99' height='40'/>",
            ),
        ),
        (
            "a filter on much",
            svg(&format!(
                "<filter id='f' x='-900' y='-900' width='9000' height='9000'>{}</filter><rect filter='url(#f)' width='99' height='40'/>",
                "<feGaussianBlur stdDeviation='900'/>".repeat(50)
            )),
        ),
        ("many words", svg(&format!("<text>{}</text>", "政府".repeat(100_000)))),
        ("no extent", "<svg xmlns='http://www.w3.org/2000/svg' width='0' height='0'/>".to_owned()),
        ("a file that is too long", svg(&format!("<path d='M0 0{}'/>", "L1 1".repeat(600_000)))),
        ("no SVG", "<html/>".to_owned()),
        ("nothing", String::new()),
    ];
    for (name, file) in cases {
        assert!(read(&file).is_none(), "{name}");
    }
}

#[test]
fn odd_files_come_to_an_end() {
    let wide = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9' viewBox='0 0 1e30 1e30'><rect width='1e30' height='1e30'/></svg>";
    let cases = [
        ("huge view", wide.to_owned()),
        ("huge size", wide.replace("width='9' height='9' ", "width='1e38' height='1e38' ")),
        ("no numbers", svg("<rect width='NaN' height='inf'/><circle r='-1'/><path d='MNaN 0L1e39 1e39'/>")),
        ("no size is a number", wide.replace("'9'", "'NaN'")),
        ("many parts", svg(&"<path d='M0 0C1 1 2 2 3 3' stroke='red' stroke-dasharray='.0001'/>".repeat(20_000))),
        ("all the parts there may be", svg(&format!("<g id='a'>{}</g>{}", "<rect width='1' height='1'/>".repeat(1000), "<use href='#a'/>".repeat(180)))),
        ("a path of many points", svg(&format!("<path stroke='red' stroke-width='1e6' stroke-linejoin='round' d='M0 0{}'/>", "A1 2 3 0 1 5 5".repeat(100_000)))),
        ("patterns of patterns", svg(&(0..900).map(|n| format!("<pattern id='p{n}' href='#p{}' width='1' height='1'/>", n + 1)).collect::<String>())),
        ("clips", svg(&(0..900).map(|n| format!("<clipPath id='p{n}'><rect width='9' height='9'/></clipPath><rect clip-path='url(#p{n})' width='9' height='9'/>")).collect::<String>())),
        ("style rules", svg(&format!("<style>{}</style>{}", "a b>c.d{fill:red}".repeat(2_000), "<g/>".repeat(2_900)))),
    ];
    // Each would take minutes, or more memory than there is, without the limits.
    for (_, file) in cases {
        let _ = read(&file);
    }
}
