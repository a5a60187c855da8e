//! Turns a Comparison into one HTML file for a person: the old document on the left, the new one on the right.
//!
//! No script, nothing loaded: a content security policy allows the stylesheet written here and nothing else. The list of
//! changes links into the page, unchanged clauses fold away in `<details>`, and on a narrow screen the sides stand below
//! each other.

use super::{CellChange, Clause, Comparison, Edit, Kind, Operation, RowChange, TableComparison, words};
use crate::message::Language;
use crate::write::html::style_source;

/// Unchanged clauses shown before and after each that differs; the others are folded away.
const CONTEXT: usize = 1;

/// Writes `comparison` as one page.
#[must_use]
pub fn html(comparison: &Comparison, language: Language) -> String {
    let pick = |english, chinese| words::pick(language, english, chinese);
    let title = pick("Comparison of versions", "版本比对");
    let name = if comparison.new.title.is_empty() { &comparison.old.title } else { &comparison.new.title };
    let mut out = format!(
        concat!(
            "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n",
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; ",
            "style-src {style_source}; base-uri 'none'; form-action 'none'\">\n",
            "<meta name=\"referrer\" content=\"no-referrer\">\n",
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
            "<title>{title}{colon}{name}</title>\n<style>{style}</style>\n</head>\n<body>\n",
            "<a class=\"skip\" href=\"#text\">{skip}</a>\n<header>\n<p class=\"what\">{title}</p>\n<h1>{name}</h1>\n",
        ),
        lang = pick("en", "zh-CN"),
        style_source = style_source(STYLE),
        title = title,
        colon = pick(": ", "："),
        name = escape(name),
        style = STYLE,
        skip = pick("Go to the text", "跳到正文"),
    );
    let mut page = Page { out: String::new(), language };
    page.head(comparison);
    page.changes(&comparison.clauses);
    page.out.push_str("</header>\n");
    page.text(comparison);
    out += &page.out;
    out.push_str("</body>\n</html>\n");
    out
}

struct Page {
    out: String,
    language: Language,
}

impl Page {
    fn pick<'a>(&self, english: &'a str, chinese: &'a str) -> &'a str {
        words::pick(self.language, english, chinese)
    }

    fn head(&mut self, comparison: &Comparison) {
        let summary = if comparison.is_empty() {
            self.pick("no difference", "没有差异").to_owned()
        } else {
            words::summary(&comparison.summary, self.language)
        };
        self.out += &format!("<p class=\"summary\">{summary}</p>\n<dl class=\"sides\">\n");
        for (name, side) in
            [(self.pick("Old", "旧"), &comparison.old), (self.pick("New", "新"), &comparison.new)]
        {
            self.out += &format!("<dt>{name}</dt><dd>{}</dd>\n", escape(&words::side(side, self.language)));
        }
        self.out.push_str("</dl>\n");
        if comparison.metadata.is_empty() {
            return;
        }
        self.out += &format!(
            "<h2>{}</h2>\n<table class=\"statements\">\n<thead><tr>",
            self.pick("Statements about the document", "著录信息")
        );
        for head in [self.pick("Statement", "项目"), self.pick("Old", "旧"), self.pick("New", "新")] {
            self.out += &format!("<th scope=\"col\">{head}</th>");
        }
        self.out.push_str("</tr></thead>\n<tbody>\n");
        for change in &comparison.metadata {
            self.out +=
                &format!("<tr><th scope=\"row\">{}</th><td>", words::field(change.field, self.language));
            self.side(&change.edits, Operation::Delete);
            self.out.push_str("</td><td>");
            self.side(&change.edits, Operation::Insert);
            self.out.push_str("</td></tr>\n");
        }
        self.out.push_str("</tbody>\n</table>\n");
    }

    /// The list of changes, each a link to its place.
    fn changes(&mut self, clauses: &[Clause]) {
        let changed: Vec<(usize, &Clause)> =
            clauses.iter().enumerate().filter(|(_, clause)| clause.differs()).collect();
        if changed.is_empty() {
            return;
        }
        let name = self.pick("List of changes", "变化一览");
        self.out += &format!(
            "<nav aria-label=\"{name}\">\n<details open><summary>{name}</summary>\n<ol class=\"changes\">\n"
        );
        for (index, clause) in changed {
            self.out += &format!(
                "<li><a href=\"#c{}\"><span class=\"kind {}\">{}</span> {}</a></li>\n",
                index + 1,
                class(clause),
                words::kind(clause.kind, clause.moved, clause.renumbered, self.language),
                escape(clause.address())
            );
        }
        self.out.push_str("</ol>\n</details>\n</nav>\n");
    }

    fn text(&mut self, comparison: &Comparison) {
        let clauses = &comparison.clauses;
        self.out += &format!(
            "<main id=\"text\">\n<div class=\"row heads\" aria-hidden=\"true\"><div>{}</div><div>{}</div></div>\n",
            self.pick("Old", "旧"),
            self.pick("New", "新")
        );
        let mut open = vec![false; clauses.len()];
        for (index, _) in clauses.iter().enumerate().filter(|(_, clause)| clause.differs()) {
            open[index.saturating_sub(CONTEXT)..=(index + CONTEXT).min(clauses.len() - 1)].fill(true);
        }
        let ids: Vec<usize> = (0..clauses.len()).filter(|&index| clauses[index].differs()).collect();
        let mut index = 0;
        while index < clauses.len() {
            let run = open[index..].iter().take_while(|open| !**open).count();
            if run > 0 {
                let line = words::unchanged(run, self.language);
                self.out += &format!("<details class=\"fold\"><summary>{line}</summary>\n");
                for clause in &clauses[index..index + run] {
                    self.clause(clause, None);
                }
                self.out.push_str("</details>\n");
                index += run;
                continue;
            }
            let rank = ids.binary_search(&index).ok();
            let neighbours = rank.map(|rank| Neighbours {
                own: index + 1,
                before: rank.checked_sub(1).map(|rank| ids[rank] + 1),
                after: ids.get(rank + 1).map(|index| index + 1),
            });
            self.clause(&clauses[index], neighbours.as_ref());
            index += 1;
        }
        self.out.push_str("</main>\n");
    }

    fn clause(&mut self, clause: &Clause, neighbours: Option<&Neighbours>) {
        let Some(neighbours) = neighbours else {
            self.out += "<div class=\"row same\">";
            self.sides(clause);
            self.out.push_str("</div>\n");
            return;
        };
        let kind = words::kind(clause.kind, clause.moved, clause.renumbered, self.language);
        self.out += &format!(
            "<section class=\"change {0}\" id=\"c{1}\" aria-labelledby=\"h{1}\">\n<h2 id=\"h{1}\"><span class=\"kind {0}\">{kind}</span> {2}",
            class(clause),
            neighbours.own,
            escape(clause.address()),
        );
        if let (Some(old), Some(new)) = (&clause.old, &clause.new)
            && (old.address != new.address || clause.moved)
        {
            let was = match self.language {
                Language::English => format!(" (was {})", old.address),
                Language::Chinese => format!("（原{}）", old.address),
            };
            self.out += &escape(&was);
        }
        if clause.kind == Kind::Restyled && !clause.aspects.is_empty() {
            self.out += &format!(" <small>{}</small>", words::aspects(&clause.aspects, self.language));
        }
        self.out.push_str("</h2>\n<p class=\"steps\">");
        for (target, mark, name) in [
            (neighbours.before, "↑", self.pick("Previous change", "上一处")),
            (neighbours.after, "↓", self.pick("Next change", "下一处")),
        ] {
            if let Some(target) = target {
                self.out +=
                    &format!("<a href=\"#c{target}\" aria-label=\"{name}\" title=\"{name}\">{mark}</a> ");
            }
        }
        self.out.push_str("</p>\n<div class=\"row\">");
        self.sides(clause);
        self.out.push_str("</div>\n</section>\n");
    }

    fn sides(&mut self, clause: &Clause) {
        for (operation, stands, name) in [
            (Operation::Delete, clause.old.is_some(), self.pick("Old", "旧")),
            (Operation::Insert, clause.new.is_some(), self.pick("New", "新")),
        ] {
            if !stands {
                let none = self.pick("(none)", "（无）");
                self.out += &format!("<div class=\"none\"><span class=\"label\">{name}</span>{none}</div>");
                continue;
            }
            self.out += &format!("<div class=\"side\"><span class=\"label\">{name}</span>");
            if !clause.edits.is_empty() {
                self.out.push_str("<p>");
                self.side(&clause.edits, operation);
                self.out.push_str("</p>");
            }
            if let Some(pictures) = &clause.pictures {
                let list = if operation == Operation::Delete { &pictures.deleted } else { &pictures.added };
                for picture in list {
                    self.picture(picture, operation);
                }
            }
            if let Some(table) = &clause.table {
                self.table(table, operation);
            }
            self.out.push_str("</div>");
        }
    }

    fn picture(&mut self, picture: &str, operation: Operation) {
        let (name, tag) = (self.pick("picture", "图片"), tag(operation));
        let short: String = picture
            .strip_prefix("sha256:")
            .map_or(picture, |digest| digest.get(..12).unwrap_or(digest))
            .to_owned();
        self.out += &format!("<p><{tag} class=\"picture\">{name} {}</{tag}></p>", escape(&short));
    }

    /// The text of one side: what is equal, and what `operation` marks as its own.
    fn side(&mut self, edits: &[Edit], operation: Operation) {
        for edit in edits {
            let text = escape(&edit.text).replace('\n', "<br>");
            if edit.operation == Operation::Equal {
                self.out += &text;
            } else if edit.operation == operation {
                let tag = tag(operation);
                self.out += &format!("<{tag}>{text}</{tag}>");
            }
        }
    }

    /// The rows of one side that differ, each with the rows next to it; of the head always the first.
    fn table(&mut self, table: &TableComparison, operation: Operation) {
        let columns = if operation == Operation::Delete { table.old_columns } else { table.new_columns };
        let mut open = vec![false; table.rows.len()];
        for (index, _) in table.rows.iter().enumerate().filter(|(_, row)| row.differs()) {
            open[index.saturating_sub(CONTEXT)..=(index + CONTEXT).min(table.rows.len() - 1)].fill(true);
        }
        if let Some(first) = open.first_mut() {
            *first = true;
        }
        let stands = |row: &RowChange| if operation == Operation::Delete { row.old } else { row.new };
        self.out.push_str("<div class=\"scroll\" tabindex=\"0\"><table>\n");
        let mut folded = 0;
        let fold = |page: &mut Self, folded: &mut usize| {
            if *folded > 0 {
                let line = words::unchanged_rows(std::mem::take(folded), page.language);
                page.out +=
                    &format!("<tr class=\"fold\"><td colspan=\"{}\">{line}</td></tr>\n", columns.max(1) + 1);
            }
        };
        for (row, open) in table.rows.iter().zip(open) {
            let Some(number) = stands(row) else { continue };
            if !open {
                folded += 1;
                continue;
            }
            fold(self, &mut folded);
            let state = match row.kind {
                _ if row.moved => " class=\"moved\"",
                Kind::Added => " class=\"added\"",
                Kind::Deleted => " class=\"deleted\"",
                _ => "",
            };
            self.out += &format!("<tr{state}><th scope=\"row\" class=\"number\">{}</th>", number + 1);
            self.cells(row, columns, operation);
            self.out.push_str("</tr>\n");
        }
        fold(self, &mut folded);
        self.out.push_str("</table></div>");
    }

    fn cells(&mut self, row: &RowChange, columns: usize, operation: Operation) {
        let place = |cell: &CellChange| if operation == Operation::Delete { cell.old } else { cell.new };
        let mut cells: Vec<(usize, usize, &CellChange)> = row
            .cells
            .iter()
            .filter_map(|cell| place(cell).map(|(column, span)| (column, span, cell)))
            .collect();
        cells.sort_by_key(|cell| cell.0);
        let mut next = 0;
        for (column, span, cell) in cells {
            // Covered by a cell that began in a row above.
            self.spanned(column.saturating_sub(next));
            let state = match cell.kind {
                Kind::Added => " class=\"added\"",
                Kind::Deleted => " class=\"deleted\"",
                Kind::Changed => " class=\"changed\"",
                _ => "",
            };
            let span_attribute = if span > 1 { format!(" colspan=\"{span}\"") } else { String::new() };
            self.out += &format!("<td{state}{span_attribute}>");
            self.side(&cell.edits, operation);
            if let Some(pictures) = &cell.pictures {
                let list = if operation == Operation::Delete { &pictures.deleted } else { &pictures.added };
                for picture in list {
                    self.picture(picture, operation);
                }
            }
            self.out.push_str("</td>");
            next = column + span;
        }
        self.spanned(columns.saturating_sub(next));
    }

    fn spanned(&mut self, count: usize) {
        if count > 0 {
            self.out += &format!("<td class=\"spanned\" colspan=\"{count}\"></td>");
        }
    }
}

/// Numbers of a change and of those around it.
struct Neighbours {
    own: usize,
    before: Option<usize>,
    after: Option<usize>,
}

fn tag(operation: Operation) -> &'static str {
    if operation == Operation::Delete { "del" } else { "ins" }
}

fn class(clause: &Clause) -> &'static str {
    match clause.kind {
        _ if clause.moved => "moved",
        Kind::Added => "added",
        Kind::Deleted => "deleted",
        Kind::Restyled => "restyled",
        Kind::Changed if clause.renumbered => "renumbered",
        Kind::Changed => "changed",
        Kind::Unchanged => "moved",
    }
}

/// `text` fit for content and for attribute values in double quotes.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

const STYLE: &str = r#"
:root{color-scheme:light dark;--ground:#fff;--ink:#1b1b1b;--quiet:#666;--line:#d5d5d0;--panel:#f5f5f2;--del:#ffe1de;--del-ink:#8f1010;--ins:#d8f3dc;--ins-ink:#0b5222;--move:#0a58a3;--change:#8a5a00}
@media (prefers-color-scheme:dark){:root{--ground:#16181b;--ink:#e6e6e3;--quiet:#a0a0a0;--line:#3a3d42;--panel:#1f2226;--del:#4b1d1d;--del-ink:#ffb9b3;--ins:#16391f;--ins-ink:#a9e8b8;--move:#7cb7ff;--change:#e5b45c}}
*{box-sizing:border-box}html{scroll-padding-top:3em}
body{margin:0;font:16px/1.75 "Noto Serif CJK SC","Songti SC","SimSun",serif;color:var(--ink);background:var(--ground)}
header,main{max-width:90em;margin:0 auto;padding:1em 1.5em}
header,h2,summary,.label,.steps,.kind,.number{font-family:"Noto Sans CJK SC","PingFang SC","Microsoft YaHei","SimHei",sans-serif}
.what{margin:0;color:var(--quiet);font-size:14px}h1{margin:.1em 0 .3em;font-size:24px;line-height:1.35}
.summary{margin:.3em 0;font-size:17px;font-weight:bold}
.sides{display:grid;grid-template-columns:max-content 1fr;gap:0 1em;margin:.4em 0;font-size:13px;color:var(--quiet)}.sides dd{margin:0;overflow-wrap:anywhere}
header h2{font-size:15px;margin:1em 0 .3em}
a{color:var(--move)}a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid var(--move);outline-offset:2px}
.skip{position:absolute;left:-99em}.skip:focus{left:1em;top:.5em;background:var(--ground);padding:.3em .8em}
nav{margin-top:1em;font-size:14px}nav summary{font-weight:bold;cursor:pointer}
.changes{margin:.3em 0;padding-left:2.2em;columns:22em;column-gap:2em}.changes li{break-inside:avoid;line-height:1.9}.changes a{text-decoration:none}.changes a:hover{text-decoration:underline}
.kind{display:inline-block;padding:0 .5em;border-radius:.3em;font-size:12px;line-height:1.7;font-weight:bold;border:1px solid currentColor;color:var(--quiet);white-space:nowrap}
.kind.added{color:var(--ins-ink)}.kind.deleted{color:var(--del-ink)}.kind.moved{color:var(--move)}.kind.changed{color:var(--change)}
.row{display:grid;grid-template-columns:1fr 1fr;gap:0 2em}.row>div{min-width:0;padding:.1em .6em;overflow-wrap:anywhere}
.row p{margin:.2em 0;text-align:justify}
.heads{position:sticky;top:0;z-index:1;background:var(--ground);border-bottom:2px solid var(--ink);font:bold 14px/2.2 "Noto Sans CJK SC","PingFang SC","SimHei",sans-serif}
.same{color:var(--quiet)}
.change{position:relative;margin:.7em 0;border:1px solid var(--line);border-left:5px solid var(--quiet);border-radius:4px;background:var(--panel);break-inside:avoid}
.change.added{border-left-color:var(--ins-ink)}.change.deleted{border-left-color:var(--del-ink)}.change.moved{border-left-color:var(--move)}.change.changed{border-left-color:var(--change)}
.change:target{outline:3px solid var(--move)}
.change h2{margin:0;padding:.35em 5em .2em .6em;font-size:13px;line-height:1.6}.change h2 small{font-weight:normal;color:var(--quiet)}
.steps{position:absolute;top:.2em;right:.6em;margin:0;font-size:15px}.steps a{text-decoration:none;padding:0 .4em}
.label{display:none}.none{color:var(--quiet);font-size:14px}
del{background:var(--del);color:var(--del-ink);text-decoration:line-through;text-decoration-thickness:1px}
ins{background:var(--ins);color:var(--ins-ink);text-decoration:underline;text-underline-offset:.2em;text-decoration-thickness:1px}
.fold>summary{color:var(--quiet);font-size:13px;cursor:pointer;padding:.3em .6em}
.scroll{overflow-x:auto}table{border-collapse:collapse;font-size:14px;line-height:1.5;margin:.3em 0;background:var(--ground)}
th,td{border:1px solid var(--line);padding:.2em .5em;text-align:left;vertical-align:top;min-width:2.5em}.number{font-weight:normal;font-size:11px;color:var(--quiet)}
.statements th[scope=row]{white-space:nowrap;font-weight:normal;color:var(--quiet)}
td.added,tr.added td{background:var(--ins)}td.deleted,tr.deleted td{background:var(--del)}td.changed{box-shadow:inset 0 0 0 2px var(--change)}tr.moved .number{color:var(--move)}
tr.fold td,.spanned{color:var(--quiet);background:var(--panel);font-size:12px}
@media (max-width:46em){body{font-size:15px}header,main{padding:.8em .9em}h1{font-size:20px}.row{grid-template-columns:1fr}.heads{display:none}
.label{display:inline-block;font-size:11px;line-height:1.5;color:var(--quiet);border:1px solid var(--line);border-radius:.3em;padding:0 .4em;margin-top:.3em}
.same .none,.same .side:first-child{display:none}.same .label{display:none}.row p{text-align:left}.changes{columns:auto}}
@media print{:root{--ground:#fff;--ink:#000;--quiet:#444;--line:#999;--panel:#fff;--del:#fff;--del-ink:#000;--ins:#fff;--ins-ink:#000;--move:#000;--change:#000}
body{font-size:10pt}.steps,.skip{display:none}.heads{position:static}.change{break-inside:auto}.row{grid-template-columns:1fr 1fr}.scroll{overflow:visible}.changes{columns:2}}
"#;

#[cfg(test)]
mod tests {
    use super::html;
    use crate::compare::compare;
    use crate::document::{Block, Document, Inline, Paragraph, Run};
    use crate::message::Language;

    #[test]
    fn words_of_the_page_are_words_and_nothing_loads() {
        let document = |text: &str| {
            let content = vec![Inline::Text(Run::plain(text))];
            let body = vec![Block::Paragraph(Paragraph { content, ..Paragraph::default() })];
            Document { body, ..Document::default() }
        };
        let old = document("各单位应当<script>alert(1)</script>办理");
        let new = document("各单位必须<script>alert(1)</script>办理");
        let page = html(&compare(&old, &new), Language::Chinese);
        assert!(page.contains("各单位<del>应当</del>&lt;script&gt;"), "{page}");
        assert!(page.contains("各单位<ins>必须</ins>&lt;script&gt;"), "{page}");
        assert!(page.contains("<a href=\"#c1\">") && page.contains("id=\"c1\""));
        assert!(page.contains("default-src 'none'") && !page.contains("<script") && !page.contains("src=\""));
    }
}
