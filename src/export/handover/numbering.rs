//! Which 件号 of each series are in a hand-over, told as ranges.

use std::collections::BTreeMap;

use crate::appraisal::{ReferenceCode, Register, Series};

/// Ranges told of a series; a hand-over with more holes is described by its directory.
const MOST_TOLD: usize = 20;

/// Ranges of 件号, by series. Codes come in order.
#[derive(Debug, Default)]
pub(super) struct Numbering(BTreeMap<Series, Vec<(u32, u32)>>);

impl Numbering {
    /// Takes in the next code.
    pub(super) fn add(&mut self, code: &ReferenceCode) {
        let ranges = self.0.entry(code.series.clone()).or_default();
        match ranges.last_mut() {
            Some((_, last)) if last.checked_add(1) == Some(code.item) => *last = code.item,
            _ => ranges.push((code.item, code.item)),
        }
    }

    /// A line for each series: `J001-WS·2018-Y-ZCWJ：0001–0012；空号 0003`. A number is 空号 if no document has it, as the
    /// register says; others that are missing were not asked for.
    pub(super) fn lines(&self, register: &Register) -> Vec<String> {
        let known = register.series();
        self.0
            .iter()
            .map(|(series, ranges)| {
                let mut line = format!("{series}：{}", told(ranges.iter().copied()));
                let first = ranges.first().map_or(0, |(first, _)| *first);
                let last = ranges.last().map_or(0, |(_, last)| *last);
                let empty = known.get(series).map(|(_, empty)| &empty[..]).unwrap_or_default();
                let within: Vec<u32> =
                    empty.iter().copied().filter(|item| (first..=last).contains(item)).collect();
                if !within.is_empty() {
                    line += &format!("；空号 {}", told(within.iter().map(|item| (*item, *item))));
                }
                line
            })
            .collect()
    }
}

fn told(ranges: impl Iterator<Item = (u32, u32)>) -> String {
    let mut told: Vec<String> = ranges
        .take(MOST_TOLD + 1)
        .map(
            |(first, last)| {
                if first == last { format!("{first:04}") } else { format!("{first:04}–{last:04}") }
            },
        )
        .collect();
    if told.len() > MOST_TOLD {
        told.truncate(MOST_TOLD);
        told.push("…（余见文件目录）".to_owned());
    }
    told.join("、")
}
