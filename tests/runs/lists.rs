//! Lists that cannot be had take nothing with them: what the others name is filed, and what is missing is told.

use super::{DAILY, Scene, count};
use crate::support::site::{Column, Reply};

#[test]
fn a_list_page_with_a_fault_or_without_a_page_takes_no_other_with_it() {
    for reply in [Reply::html("").status(500), Reply::not_found()] {
        let scene = Scene::new();
        let mut column = Column::of("/tz/", 12);
        column.per_page = 5;
        column.publish(&scene.site);
        scene.site.put("/tz/index_1.html", reply);
        let (code, first) = scene.result(0, &[]);
        assert_eq!((code, &first["jobs"][0]["outcome"]), (3, &"partly".into()), "{first}");
        assert_eq!(count(&first, "created"), 5, "what the first page names is filed: {first}");

        let run = scene.run(3600, &[]);
        assert_eq!(run.code, 3, "nothing is new, and a list is missing all the same: {run:?}");
        assert!(run.stderr.contains("/tz/index_1.html"), "{run:?}");

        column.publish(&scene.site);
        let (code, last) = scene.result(7200, &[]);
        assert_eq!((code, count(&last, "created")), (0, 7), "{last}");
        assert_eq!(scene.versions().len(), 12);
    }
}

#[test]
fn a_site_map_that_is_missing_among_others_is_told_and_the_others_are_read() {
    let scene = Scene::new();
    Column::of("/tz/", 3).publish(&scene.site);
    let index: String = ["/none.xml", "/sitemap.xml"]
        .map(|path| format!("<sitemap><loc>{}</loc></sitemap>", scene.site.url(path)))
        .concat();
    let index =
        format!("<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">{index}</sitemapindex>");
    scene.site.put("/index.xml", Reply::new("application/xml", index));
    scene.jobs("", &format!("sources = [{{ sitemap = \"{}\" }}]\n{DAILY}", scene.site.url("/index.xml")));
    let (code, result) = scene.result(0, &[]);
    assert_eq!((code, count(&result, "created")), (3, 3), "{result}");
    assert_eq!(result["jobs"][0]["outcome"], "partly", "{result}");
}
