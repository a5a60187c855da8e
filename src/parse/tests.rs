use proptest::prelude::*;
use scraper::{Html, Node};

use super::work::Work;
use super::{ParseOptions, build, parse};
use crate::diagnostic::Diagnostics;
use crate::message::Describe;

fn parsed(html: &str, options: &ParseOptions) -> (Html, Vec<&'static str>) {
    let mut diagnostics = Diagnostics::default();
    let dom = parse(html, options, &mut diagnostics).expect("within the limits");
    (dom.html, diagnostics.iter().map(Describe::code).collect())
}

fn text(html: &Html) -> String {
    html.tree.nodes().filter_map(|node| node.value().as_text().map(|text| text.to_string())).collect()
}

/// Elements on the longest path, without recursion.
fn depth(html: &Html) -> usize {
    let (mut depth, mut deepest) = (0, 0);
    for edge in html.tree.root().traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) if node.value().is_element() => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            ego_tree::iter::Edge::Close(node) if node.value().is_element() => depth -= 1,
            _ => {}
        }
    }
    deepest
}

#[test]
fn a_page_within_the_limits_has_the_standard_tree() {
    let html = "<!doctype html><!--<$[信息内容]>begin--><p>一<b>二<p>三</b>四<table><tr><td>五<li>六</table>\
        <noscript><p>七</noscript><script>if (a<b) c('</p>')</script><svg><title>八</title><p>九";
    let (tree, codes) = parsed(html, &ParseOptions::default());
    assert_eq!(tree.tree, Html::parse_document(html).tree);
    assert_eq!(tree.quirks_mode, Html::parse_document(html).quirks_mode);
    assert!(codes.is_empty(), "{codes:?}");
    assert!(
        tree.tree
            .nodes()
            .any(|node| matches!(node.value(), Node::Comment(comment) if comment.contains("begin")))
    );
}

#[test]
fn deeper_elements_are_flattened_and_their_text_is_kept() {
    let options = ParseOptions { nesting: 8, ..ParseOptions::default() };
    let html =
        "<div><div><div><div><div><div><div>一<p>二</p><br>三</div>四</div>五</div>六<p>七</p></div>八";
    let (tree, codes) = parsed(html, &options);
    assert_eq!(codes, ["nesting-limited"]);
    assert_eq!(
        tree.html(),
        "<html><head></head><body><div><div><div><div><div><div>一二<br>三四</div>五</div>六<p>七</p></div>八</div></div></div></body></html>"
    );
}

#[test]
fn the_limit_itself_is_within_it() {
    for (elements, code) in [(510, None), (511, Some("nesting-limited"))] {
        let (tree, codes) = parsed(&"<div>".repeat(elements), &ParseOptions::default());
        assert_eq!(codes.first().copied(), code);
        assert_eq!(depth(&tree), 512);
    }
}

#[test]
fn a_script_beyond_the_limit_is_still_a_script() {
    let html = format!("{}<script>'<p>'</script><style><b></style>text</div></div>", "<div>".repeat(1000));
    let (tree, _) = parsed(&html, &ParseOptions::default());
    let script =
        tree.tree.nodes().find(|node| node.value().as_element().is_some_and(|e| e.name() == "script"));
    let content = script.and_then(|node| node.first_child()).and_then(|node| node.value().as_text().cloned());
    assert_eq!(content.expect("it holds text").to_string(), "'<p>'");
}

#[test]
fn end_tags_of_flattened_elements_close_nothing() {
    let html = format!("{}{}<p>after", "<div>".repeat(5000), "</div>".repeat(5000));
    let (tree, _) = parsed(&html, &ParseOptions::default());
    let last = tree.tree.nodes().next_back().and_then(|text| text.parent()).and_then(|p| p.parent());
    assert_eq!(
        last.and_then(|node| node.value().as_element().map(|e| e.name().to_owned())).as_deref(),
        Some("body")
    );
}

#[test]
fn too_many_cells_or_elements_are_an_error() {
    let failure = |html: &str, options: &ParseOptions| {
        parse(html, options, &mut Diagnostics::default()).map(|_| ()).map_err(|error| error.code())
    };
    let options = ParseOptions { cells: 10, elements: 100, ..ParseOptions::default() };
    assert_eq!(failure(&format!("<table>{}", "<td>".repeat(10)), &options), Ok(()));
    assert_eq!(failure(&format!("<table>{}", "<td>".repeat(11)), &options), Err("too-many-cells"));
    assert_eq!(failure(&"<br>".repeat(101), &options), Err("too-many-elements"));
}

#[test]
fn formatting_elements_left_open_do_not_multiply_without_bound() {
    let open = (0..200).map(|n| format!("<font size={n}>")).collect::<Vec<_>>().concat();
    let html = format!("<p>{open}{}", "<p>x".repeat(20_000));
    let (tree, codes) = parsed(&html, &ParseOptions::default());
    assert_eq!(codes, ["markup-limited"]);
    assert_eq!(text(&tree), "x".repeat(20_000));
    assert!(tree.tree.nodes().count() < 500_000);
}

#[test]
fn further_attributes_are_dropped() {
    let html = format!("<p {}>text", (0..1000).map(|n| format!("a{n}=1 ")).collect::<Vec<_>>().concat());
    let (tree, codes) = parsed(&html, &ParseOptions::default());
    assert_eq!(codes, ["attributes-limited"]);
    let attributes =
        tree.tree.nodes().filter_map(|node| node.value().as_element().map(|e| e.attrs().count())).max();
    assert_eq!(attributes, Some(256));
}

#[test]
fn the_first_body_keeps_its_attributes_after_many_html_tags() {
    let html = format!("{}<body class=x>", "<html a>".repeat(100));
    let (tree, codes) = parsed(&html, &ParseOptions::default());
    assert_eq!(tree.tree, Html::parse_document(&html).tree);
    assert_eq!(codes, ["markup-limited"]);
}

/// Tags as real pages and bad ones have them.
fn soup(tags: &'static str) -> impl Strategy<Value = String> {
    proptest::collection::vec(proptest::sample::select(tags.split(' ').collect::<Vec<_>>()), 0..120).prop_map(
        |parts| {
            let mut html = String::new();
            for (index, part) in parts.iter().enumerate() {
                html.push_str(part);
                // Each piece of text is told from the others, so that none can be lost or doubled unseen.
                html.push(char::from_u32(0x4E00 + u32::try_from(index).unwrap_or(0)).unwrap_or('一'));
            }
            html
        },
    )
}

const FLOW: &str = "<div> </div> <p> </p> <b> </b> <a> </a> <i> </i> <font> </font> <font/size=1> <span> </span> <li> </li> <ul> \
    </ul> <h1> </h1> <br> <br/> <img/src=a> <hr> <form> </form> <input> <button> </button> <section> </section> <dl> <dd> \
    <object> </object> <marquee> <center> </center> <nobr> <ruby> <rt> <pre> </pre> <blockquote> <!--c-->";
const ALL: &str = "<div> </div> <p> </p> <b> </b> <a> </a> <i> <font> </font> <table> </table> <tr> </tr> <td> </td> <th> <tbody> \
    <caption> </caption> <colgroup> <col> <select> </select> <option> <optgroup> <template> </template> <svg> </svg> <math> \
    </math> <mi> <desc> </desc> <title> </title> <foreignObject> <annotation-xml> <path/> <div/> <style> </style> <script> \
    </script> <textarea> </textarea> <noscript> </noscript> <xmp> </xmp> <iframe> </iframe> <frameset> </frameset> <frame> \
    <html/a=1> <body/b=1> <head> </head> </body> </html> <object> </object> <applet> <marquee> </br> <br> <![CDATA[ ]]> <!-- \
    --> <button> </button> <nobr> <form> </form> <input> <hr> <li> <dd> <ruby> <rp> <plaintext> <image> \0";

proptest! {
    #[test]
    fn limits_lose_no_text(html in soup(FLOW), nesting in 8_usize..16) {
        let options = ParseOptions { nesting, ..ParseOptions::default() };
        let (tree, _) = parsed(&html, &options);
        let mut found: Vec<char> = text(&tree).chars().collect();
        found.sort_unstable();
        let expected: Vec<char> = html.chars().filter(|c| *c >= '\u{4E00}').collect();
        prop_assert_eq!(found, expected);
        prop_assert!(depth(&tree) <= nesting + 1, "{} > {}", depth(&tree), nesting);
    }

    #[test]
    fn giving_up_on_structure_loses_no_text(html in soup(FLOW), steps in 0_usize..300, elements in 0_usize..60) {
        let limiter = build(&html, &ParseOptions::default(), Work::new(steps, elements)).expect("few elements");
        let mut found: Vec<char> = text(&limiter.finish()).chars().collect();
        found.sort_unstable();
        let expected: Vec<char> = html.chars().filter(|c| *c >= '\u{4E00}').collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn giving_up_on_structure_never_panics(html in soup(ALL), steps in 0_usize..300, elements in 0_usize..60) {
        prop_assert!(build(&html, &ParseOptions::default(), Work::new(steps, elements)).is_ok());
    }

    #[test]
    fn within_the_limits_the_tree_is_the_standard_one(html in soup(ALL)) {
        let (tree, codes) = parsed(&html, &ParseOptions::default());
        prop_assert_eq!(codes, Vec::<&str>::new());
        prop_assert_eq!(tree.tree, Html::parse_document(&html).tree);
    }

    #[test]
    fn limits_never_panic(html in soup(ALL), nesting in 0_usize..12, elements in 0_usize..200, attributes in 0_usize..2) {
        let options = ParseOptions { nesting, cells: 8, elements, attributes };
        if let Ok(dom) = parse(&html, &options, &mut Diagnostics::default()) {
            prop_assert!(depth(&dom.html) <= nesting.max(8) + 1, "{} > {}", depth(&dom.html), nesting);
        }
    }

    #[test]
    fn no_text_panics(html in "\\PC{0,200}") {
        let _ = parsed(&html, &ParseOptions::default());
    }
}
