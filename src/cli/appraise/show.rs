//! Lists what awaits a decision, or what is decided, as a table for people or JSON for programs.

use std::io::{self, BufWriter, Write};

use serde_json::{Value, json};

use super::{AppraiseArgs, Ended, of_store, register, rule_index, rules};
use crate::appraisal::{Decision, Facts, Register, Retention, Rules, Surveyed, survey};
use crate::archive::store::{ObjectId, Store};
use crate::cli::{Exit, words};
use crate::export;
use crate::message::{Describe, Language};
use crate::write::text::{Ambiguous, character_width};

/// Documents in a table, if nothing else is asked for.
const MOST: usize = 50;
/// Columns for the title of a document.
const TITLE: usize = 60;

/// How many there are of what.
struct Counts {
    listed: usize,
    proposed: usize,
    waiting: usize,
    decided: usize,
}

/// Runs it.
pub(super) fn run(args: &AppraiseArgs, language: Language) -> Result<Exit, Ended> {
    let store = Store::open(&args.store).map_err(|error| of_store(&error, language))?;
    let rules = rules(args, &store, language)?;
    let only = rule_index(args, rules.as_ref(), language)?;
    let register = register(&store, language)?;
    let named = args
        .objects
        .iter()
        .map(|typed| export::find(&store, typed).map(|object| object.id().clone()))
        .collect::<Result<Vec<ObjectId>, _>>()
        .map_err(|error| (error.describe(language), Exit::Usage))?;
    let mut damaged = false;
    let wanted =
        |id: &ObjectId, decided: bool| decided == args.decided && (named.is_empty() || named.contains(id));
    let mut found = survey(&store, &register, rules.as_ref(), wanted, |error| {
        damaged = true;
        words::error(language, &error.describe(language));
    });
    if only.is_some() {
        found.retain(|surveyed| surveyed.rule == only);
    }
    if args.decided {
        found.sort_by_cached_key(|surveyed| register.decision(&surveyed.id).map(|decision| decision.code));
    }
    let counts = Counts {
        listed: found.len(),
        proposed: found.iter().filter(|surveyed| surveyed.rule.is_some()).count(),
        waiting: if args.decided { 0 } else { found.len() },
        decided: register.len(),
    };
    if rules.is_none() && !args.decided && !args.json {
        words::say(match language {
            Language::English => {
                "note: there are no rules, so nothing is proposed (input/appraisal.toml is an example)"
            }
            Language::Chinese => "提示：没有规则，故无建议（示例见 input/appraisal.toml）",
        });
    }
    let limit = args.limit.unwrap_or(if args.json { usize::MAX } else { MOST });
    found.truncate(limit);
    let listing = Listing { store: &store, rules: rules.as_ref(), register: &register, language };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = if args.json {
        listing.as_json(&found, &counts, args.decided, &mut out)
    } else {
        listing.as_table(&found, &counts, args.decided, &mut out)
    };
    match written.and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err((error.to_string(), Exit::Failed)),
        _ => Ok(if damaged { Exit::Failed } else { Exit::Done }),
    }
}

struct Listing<'a> {
    store: &'a Store,
    rules: Option<&'a Rules>,
    register: &'a Register,
    language: Language,
}

impl Listing<'_> {
    /// What the object says; it was read before, but only what is listed is kept.
    fn facts(&self, surveyed: &Surveyed) -> Option<Facts> {
        let object = self.store.object(&surveyed.id).ok().flatten()?;
        Facts::read(&object).ok()
    }

    fn as_json(
        &self,
        found: &[Surveyed],
        counts: &Counts,
        decided: bool,
        out: &mut impl Write,
    ) -> io::Result<()> {
        write!(out, "{{\"listed\":{},", counts.listed)?;
        if !decided {
            write!(out, "\"waiting\":{},\"proposed\":{},", counts.waiting, counts.proposed)?;
        }
        write!(out, "\"decided\":{},\"documents\":[", counts.decided)?;
        for (index, surveyed) in found.iter().enumerate() {
            let Some(facts) = self.facts(surveyed) else { continue };
            let separator = if index == 0 { "\n" } else { ",\n" };
            write!(out, "{separator}{}", self.document(surveyed, &facts))?;
        }
        writeln!(out, "\n]}}")
    }

    fn document(&self, surveyed: &Surveyed, facts: &Facts) -> Value {
        let mut document = json!({
            "object": surveyed.id,
            "version": surveyed.version,
            "title": facts.value("title"),
            "number": facts.value("number"),
            "issuer": facts.value("issuer"),
            "date": surveyed.date.to_string(),
            "date_is": surveyed.basis.name(),
            "job": facts.value("job"),
            "job_retention": facts.retention.map(Retention::name),
        });
        let proposal = self.rules.zip(surveyed.rule).and_then(|(rules, index)| {
            let proposal = rules.proposal(rules.rules.get(index)?)?;
            let series = rules.series(surveyed.date.year(), proposal.rule.retention, proposal.class);
            Some(json!({
                "rule": proposal.rule.name,
                "retention": proposal.rule.retention.name(),
                "class": proposal.class.name,
                "series": series.to_string(),
            }))
        });
        let decision = self.register.decision(&surveyed.id).map(|decision| {
            json!({
                "reference_code": decision.code.to_string(),
                "retention": decision.retention().name(),
                "class": decision.class,
                "manner": decision.manner.name(),
                "by": decision.by,
                "time": decision.time.to_string(),
                "version": decision.version,
                "rule": decision.rule,
                "note": decision.note,
                "entry": decision.entry,
            })
        });
        if let Value::Object(members) = &mut document {
            members.insert("proposal".to_owned(), proposal.unwrap_or(Value::Null));
            members.insert("decision".to_owned(), decision.unwrap_or(Value::Null));
        }
        document
    }

    fn as_table(
        &self,
        found: &[Surveyed],
        counts: &Counts,
        decided: bool,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let heads = match (decided, self.language) {
            (false, Language::English) => ["year", "period", "class", "title"],
            (false, Language::Chinese) => ["年度", "保管期限", "类别", "题名"],
            (true, Language::English) => ["档号", "period", "class", "title"],
            (true, Language::Chinese) => ["档号", "保管期限", "类别", "题名"],
        };
        let rows: Vec<Row> = found.iter().filter_map(|surveyed| self.row(surveyed, decided)).collect();
        let mut widths = heads.map(width);
        for row in &rows {
            for (most, cell) in widths.iter_mut().zip(&row.cells) {
                *most = width(cell).max(*most);
            }
        }
        if !rows.is_empty() {
            line(&heads.map(str::to_owned), &widths, out)?;
        }
        for row in &rows {
            line(&row.cells, &widths, out)?;
            for below in &row.below {
                writeln!(out, "    {below}")?;
            }
        }
        writeln!(out, "{}", self.summary(rows.len(), counts, decided))
    }

    fn row(&self, surveyed: &Surveyed, decided: bool) -> Option<Row> {
        let facts = self.facts(surveyed);
        let title = facts.as_ref().and_then(|facts| facts.value("title")).unwrap_or("-");
        let address = visible(surveyed.id.as_str());
        if decided {
            let decision = self.register.decision(&surveyed.id)?;
            let cells = [
                decision.code.to_string(),
                decision.retention().name().to_owned(),
                decision.class.clone(),
                short(title),
            ];
            return Some(Row { cells, below: vec![self.reason(&decision), address] });
        }
        let proposal = self.rules.zip(surveyed.rule).and_then(|(rules, index)| {
            let rule = rules.rules.get(index)?;
            Some((rule, rules.proposal(rule)?))
        });
        let year = surveyed.date.year().to_string();
        Some(match proposal {
            Some((rule, proposal)) => Row {
                cells: [year, rule.retention.name().to_owned(), proposal.class.name.clone(), short(title)],
                below: vec![
                    match self.language {
                        Language::English => format!("proposed by the rule “{}”", rule.name),
                        Language::Chinese => format!("建议依据：规则“{}”", rule.name),
                    },
                    address,
                ],
            },
            // No rule, but the job that filed it may have an opinion.
            None => match facts.as_ref().and_then(|facts| Some((facts.retention?, facts.value("job")?))) {
                Some((retention, job)) => Row {
                    cells: [year, retention.name().to_owned(), "-".to_owned(), short(title)],
                    below: vec![
                        match self.language {
                            Language::English => format!("proposed by the job “{job}”; the class is open"),
                            Language::Chinese => format!("建议依据：任务“{job}”，类别待定"),
                        },
                        address,
                    ],
                },
                None => {
                    Row { cells: [year, "-".to_owned(), "-".to_owned(), short(title)], below: vec![address] }
                }
            },
        })
    }

    fn reason(&self, decision: &Decision) -> String {
        let day = jiff::tz::Offset::constant(8).to_datetime(decision.time).date();
        let by = &decision.by;
        let mut line = match (self.language, &decision.rule) {
            (Language::English, Some(rule)) => format!("{by}, {day}, rule “{rule}”"),
            (Language::English, None) => format!("{by}, {day}, by hand"),
            (Language::Chinese, Some(rule)) => format!("{by}，{day}，依规则“{rule}”"),
            (Language::Chinese, None) => format!("{by}，{day}，直接决定"),
        };
        if let Some(note) = &decision.note {
            line += &match self.language {
                Language::English => format!(": {note}"),
                Language::Chinese => format!("：{note}"),
            };
        }
        visible(&line)
    }

    fn summary(&self, shown: usize, counts: &Counts, decided: bool) -> String {
        let Counts { listed, proposed, decided: all_decided, .. } = counts;
        let mut line = match (decided, self.language) {
            (false, Language::English) => {
                format!("{listed} await a decision, {proposed} with a proposal; {all_decided} are decided")
            }
            (false, Language::Chinese) => {
                format!("待定 {listed} 件，其中有建议 {proposed} 件；已定 {all_decided} 件")
            }
            (true, Language::English) => format!("{listed} are decided"),
            (true, Language::Chinese) => format!("已定 {listed} 件"),
        };
        if shown < *listed {
            line += &match self.language {
                Language::English => format!(" ({shown} shown)"),
                Language::Chinese => format!("（显示 {shown} 件）"),
            };
        }
        line
    }
}

/// A line of the table, and the lines below it.
struct Row {
    cells: [String; 4],
    below: Vec<String>,
}

fn line(cells: &[String; 4], widths: &[usize; 4], out: &mut impl Write) -> io::Result<()> {
    let mut line = String::new();
    for (index, (cell, most)) in cells.iter().zip(widths).enumerate() {
        line += cell;
        if index < 3 {
            line += &" ".repeat(most - width(cell) + 2);
        }
    }
    writeln!(out, "{line}")
}

fn width(text: &str) -> usize {
    text.chars().map(|c| character_width(c, Ambiguous::Wide)).sum()
}

/// The words of pages may hold control sequences, which must not steer the terminal.
fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect()
}

/// `text` in one cell of the table.
fn short(text: &str) -> String {
    let text = visible(text);
    if width(&text) <= TITLE {
        return text;
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        used += character_width(c, Ambiguous::Wide);
        if used > TITLE - 2 {
            break;
        }
        out.push(c);
    }
    out + "…"
}
