//! Turns the line under a title (`信息来源：本网 时间：2018-01-31`) into fields.

use super::date;
use super::labels::{Labelled, Slot, fields, is_void};
use crate::document::Moment;
use crate::extract::page::Page;

/// Longest line, in characters, that is looked at.
const LONGEST: usize = 260;

/// Whether `line` is an info line: labelled fields of a publication and nothing else of substance.
pub(in crate::extract) fn is_info_line(line: &str) -> bool {
    if !line.contains(['：', ':', '∶']) || line.chars().nth(LONGEST).is_some() {
        return false;
    }
    let (lead, found) = fields(line);
    let dated = |field: &Labelled| {
        date::find(&field.value)
            .is_some_and(|date| date.range.start <= 1 && field.value[date.range.end..].chars().count() <= 12)
    };
    let evidence = found.iter().filter(|field| match field.slot {
        Slot::Published | Slot::Updated => dated(field),
        Slot::Source => !is_void(&field.value) && field.value.chars().count() <= 40,
        _ => false,
    });
    let strong = evidence.count();
    // 「时间：2018年5月8日」 alone may be a line of an invitation, 「来源：…」 alone the end of a report.
    let companions = found.iter().filter(|field| field.slot != Slot::Title).count() > 1;
    let named = found.iter().any(|field| {
        matches!(
            field.label,
            "发布日期" | "发布时间" | "發佈日期" | "發布日期" | "信息来源" | "文章来源" | "更新时间"
        )
    });
    let dated_lead = date::find(&lead).is_some_and(|date| date.range.start == 0);
    let short_lead = lead.chars().count() <= 40 && !lead.contains(['。', '；', '“', '《']);
    // 「2024-03-05 10:20　点击：12」
    let counted = dated_lead
        && dated_line(&lead).is_some_and(|dated| dated.rest.is_empty())
        && !found.is_empty()
        && found.iter().all(|field| field.slot == Slot::Ignored);
    counted
        || strong > 0
            && (companions
                || named
                || dated_lead
                || strong > 1
                || line.chars().count() <= 40 && lead.is_empty())
            && short_lead
}

/// Whether the line at `at` is the value of a label in the line before it: `开始时间：` is no publication.
pub(in crate::extract) fn is_value(page: &Page<'_>, at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| {
        let label = &page.lines[before];
        label.length <= 12 && label.text.trim_end().ends_with(['：', ':'])
    })
}

/// A line that a content management system dates without a label: `2024/3/5 8:05 某市发布`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::extract) struct Dated {
    /// The date.
    pub(in crate::extract) moment: Moment,
    /// What follows it, trimmed of brackets and white space.
    pub(in crate::extract) rest: String,
}

/// The date that begins `line`, if it is written as programs write dates and not as documents do: with a time of day,
/// with separators, as eight digits, or with leading zeros (which GB/T 9704-2012, 7.3.5.4 forbids).
pub(in crate::extract) fn dated_line(line: &str) -> Option<Dated> {
    let trim =
        |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '（' | '）' | '[' | ']' | '【' | '】' | '|');
    let text = line.trim_matches(trim);
    if text.chars().nth(60).is_some() {
        return None;
    }
    let (moment, end) = match date::find(text).filter(|found| found.range.start == 0) {
        Some(found) => (found.moment, found.range.end),
        None => {
            let digits = text.get(..8).filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
            if text[8..].starts_with(|c: char| c.is_ascii_alphanumeric()) {
                return None;
            }
            (date::tag(digits)?, 8)
        }
    };
    let printed = &text[..end];
    let by_program = moment.time.is_some()
        || !printed.contains('年') && printed.is_ascii()
        || printed.contains("年0")
        || printed.contains("月0");
    let rest = text[end..].trim_matches(trim).to_owned();
    by_program.then_some(Dated { moment, rest })
}

/// Whether the line could be read otherwise: a lone weak label.
pub(in crate::extract) fn is_doubtful(line: &str) -> bool {
    let (lead, found) = fields(line);
    lead.is_empty()
        && found.len() == 1
        && found.iter().all(|field| matches!(field.label, "时间" | "日期" | "来源" | "稿源"))
}

#[cfg(test)]
mod tests {
    use super::{dated_line, is_doubtful, is_info_line};

    #[test]
    fn info_lines_of_many_systems() {
        for line in [
            "发布时间：2024-09-10 09:24 来源：某区政府办",
            "2025年06月03日 13时44分 来源: 某省卫生健康委员会网站",
            "来源： 某日报 2024-10-17 08:03",
            "来源：某局发布日期：2024-06-05 【浏览字号 :大 中 小】 浏览次数：-",
            "信息来源：本网 时间：2018-01-31",
            "发布日期：2019-01-10",
            "某省人民政府门户网站 www.example.gov.cn 时间：2022-08-11 14:21 来源：某市人民政府 分享：",
        ] {
            assert!(is_info_line(line), "{line}");
        }
    }

    #[test]
    fn sentences_are_none() {
        for line in [
            "有关情况通报如下：来源于群众举报的线索",
            "报名时间：自公告发布之日起至2018年5月8日止，逾期不予受理，具体安排见附件",
            "图文来源于网络",
            "时间安排",
        ] {
            assert!(!is_info_line(line), "{line}");
        }
    }

    #[test]
    fn programs_and_documents_date_differently() {
        for line in [
            "2024-3-5 8:05:33",
            "（2003-3-12　　阅读 123 次）",
            "2024/3/5 8:05 某市发布",
            "20240305",
            "2024年03月05日",
        ] {
            assert!(dated_line(line).is_some(), "{line}");
        }
        for line in ["（2024年3月1日）", "二〇二四年三月五日", "2024年3月1日", "202403051234", "全文"]
        {
            assert_eq!(dated_line(line), None, "{line}");
        }
    }

    #[test]
    fn a_lone_weak_label_is_doubtful() {
        assert!(is_doubtful("时间：2018年5月8日") && !is_doubtful("发布时间：2018年5月8日"));
    }
}
