//! Time of searches in a catalogue of made-up documents: `cargo bench --bench catalogue [-- DOCUMENTS...]`, 20,000 unless
//! told. Each document has 5,000 characters; words are made up and drawn by Zipf's law, so that common pairs of characters
//! stand in most documents and rare ones in a few.
#![expect(clippy::unwrap_used, reason = "a benchmark stops where something is not as it should be")]
#![expect(clippy::print_stdout, reason = "its results")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "shares and milliseconds of small numbers"
)]

use std::time::{Duration, Instant};

use guidang::catalogue::{Builder, Catalogue, Entry, FILE, Order, Query};

/// Characters in a document.
const CHARACTERS: usize = 5000;
/// Words in the made-up language.
const WORDS: usize = 60_000;
/// Queries of each length.
const QUERIES: usize = 40;

/// `SplitMix64` (Steele, Lea, Flood 2014): the same documents in every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        (self.share() * n as f64) as usize
    }

    /// 0 to `n` − 1, the number k as often as 1 ⁄ (k + 1).
    fn zipf(&mut self, n: usize) -> usize {
        (((n as f64).ln() * self.share()).exp() as usize).clamp(1, n) - 1
    }
}

/// Words of one to four characters out of 3,500, which are as unequally common as the words.
fn language(random: &mut Random) -> Vec<String> {
    (0..WORDS)
        .map(|_| {
            let length = [1, 2, 2, 2, 2, 2, 3, 4][random.below(8)];
            (0..length)
                .map(|_| {
                    // Every fifth ideograph from 一 on.
                    char::from_u32(0x4E00 + 5 * random.zipf(3500) as u32).unwrap()
                })
                .collect()
        })
        .collect()
}

fn document(random: &mut Random, words: &[String], number: usize) -> Entry {
    let topic: Vec<usize> = (0..12).map(|_| random.below(words.len())).collect();
    let mut text = String::with_capacity(CHARACTERS * 3);
    let (mut characters, mut sentence) = (0, 0);
    while characters < CHARACTERS {
        let word = if random.below(12) == 0 { topic[random.below(12)] } else { random.zipf(words.len()) };
        text.push_str(&words[word]);
        let length = words[word].chars().count();
        characters += length;
        sentence += length;
        if sentence > 12 {
            text.push(['，', '，', '。', '、', '\n'][random.below(5)]);
            sentence = 0;
            characters += 1;
        }
    }
    let title: String = topic.iter().take(5).map(|&word| words[word].as_str()).collect();
    let (year, month, day) = (2005 + random.below(20), 1 + random.below(12), 1 + random.below(28));
    Entry {
        id: format!("https://www.example.gov.cn/{year}/{number}.html"),
        version: 1,
        title: Some(format!("关于{title}的通知")),
        number: Some(format!("某府〔{year}〕{}号", 1 + random.below(300))),
        issuer: Some(format!("某某省第{}厅", random.below(40))),
        published: format!("{year}-{month:02}-{day:02}").parse().ok(),
        captured: "2025-01-01".parse().ok(),
        text,
        ..Entry::default()
    }
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Median, 95th percentile and longest of `times`.
fn show(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at = |share: f64| milliseconds(times[((times.len() - 1) as f64 * share).round() as usize]);
    println!("  {what:<34} p50 {:8.2} ms   p95 {:8.2} ms   max {:8.2} ms", at(0.5), at(0.95), at(1.0));
}

/// Resident memory at its highest, in MiB; 0 where the system does not say.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn measure(documents: usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(1);
    let words = language(&mut random);
    let mut made = Duration::ZERO;
    let start = Instant::now();
    let mut builder = Builder::begin(folder.path()).unwrap();
    // Words of a given length in documents that exist, common and rare ones.
    let mut phrases: [Vec<String>; 4] = Default::default();
    for number in 0..documents {
        let begin = Instant::now();
        let entry = document(&mut random, &words, number);
        made += begin.elapsed();
        if number % (documents / QUERIES).max(1) == 0 {
            let run: Vec<char> =
                entry.text.split(['，', '。', '、', '\n']).nth(3).unwrap_or_default().chars().collect();
            for (phrases, length) in phrases.iter_mut().zip(1..) {
                phrases.push(run.iter().take(length).collect());
            }
        }
        builder.add(entry).unwrap();
    }
    let added = start.elapsed().saturating_sub(made);
    builder.finish(1, "").unwrap();
    let whole = start.elapsed().saturating_sub(made);
    let bytes = std::fs::metadata(folder.path().join(FILE)).unwrap().len();
    println!(
        "{documents} documents: indexed in {:.1} s ({:.0} a second), merged in {:.1} s more; {:.1} KB a document; peak memory {} MiB",
        added.as_secs_f64(),
        documents as f64 / whole.as_secs_f64(),
        whole.saturating_sub(added).as_secs_f64(),
        bytes as f64 / documents as f64 / 1000.0,
        peak_memory(),
    );
    let begin = Instant::now();
    let catalogue = Catalogue::open(folder.path()).unwrap();
    println!("  opened in {:.2} ms", milliseconds(begin.elapsed()));
    for (phrases, length) in phrases.iter().zip(1..) {
        let query =
            |words: &String, order| Query { words: words.clone(), order, limit: 20, ..Query::default() };
        let time = |work: &dyn Fn(&String)| -> Vec<Duration> {
            phrases
                .iter()
                .map(|words| {
                    let begin = Instant::now();
                    work(words);
                    begin.elapsed()
                })
                .collect()
        };
        let characters = if length == 1 { "1 character" } else { &format!("{length} characters") };
        let mut counts: Vec<u64> =
            phrases.iter().map(|words| catalogue.count(&query(words, Order::Newest)).unwrap()).collect();
        counts.sort_unstable();
        println!(
            "  {characters}: found in {} (median), at most {}",
            counts[counts.len() / 2],
            counts[counts.len() - 1]
        );
        let search = |order| {
            time(&|words| {
                assert!(!catalogue.search(&query(words, order)).unwrap().is_empty());
            })
        };
        show(&format!("{characters}, newest 20"), search(Order::Newest));
        show(
            &format!("{characters}, newest 20 and count"),
            time(&|words| {
                catalogue.search(&query(words, Order::Newest)).unwrap();
                catalogue.count(&query(words, Order::Newest)).unwrap();
            }),
        );
        show(&format!("{characters}, best 20 (BM25)"), search(Order::Relevance));
        let year = Some("2010".parse().unwrap());
        show(
            &format!("{characters}, newest 20 of a year"),
            time(&|words| {
                let query = Query { from: year, to: year, ..query(words, Order::Newest) };
                catalogue.search(&query).unwrap();
                catalogue.count(&query).unwrap();
            }),
        );
    }
}

fn main() {
    let sizes: Vec<usize> = std::env::args().skip(1).filter_map(|argument| argument.parse().ok()).collect();
    for documents in if sizes.is_empty() { vec![20_000] } else { sizes } {
        measure(documents);
    }
}
