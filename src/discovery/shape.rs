//! The shape of an address: what addresses of articles of one column have in common.

use url::Url;

/// The shape of an address, learnt from one example.
///
/// Numbers may be any numbers, codes (letters and digits mixed, eight or more) any codes; all else must be the same:
/// host, folders, words, extension, names of query parameters. `http` and `https` are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    host: String,
    port: Option<u16>,
    path: Vec<Vec<Token>>,
    query: Vec<(String, Vec<Token>)>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    /// As written.
    Words(String),
    /// One digit or more.
    Number,
    /// Letters and digits mixed, at least [`CODE`] of them.
    Code,
}

/// Letters and digits mixed are a code from this length on; shorter ones (`t2`, `a1b`) are words and numbers.
const CODE: usize = 8;

impl Shape {
    /// The shape of `example`. `None` if it has no host.
    pub(super) fn of(example: &Url) -> Option<Self> {
        Some(Self {
            host: example.host_str()?.to_owned(),
            port: port(example),
            path: example.path_segments()?.map(tokens).collect(),
            query: example.query_pairs().map(|(name, value)| (name.into_owned(), tokens(&value))).collect(),
        })
    }

    /// Whether `address` has this shape.
    pub(super) fn fits(&self, address: &Url) -> bool {
        Self::of(address).is_some_and(|shape| shape == *self)
    }

    /// Whether anything in it may vary: else it fits the example alone.
    pub(super) fn is_general(&self) -> bool {
        let varies = |tokens: &Vec<Token>| tokens.iter().any(|token| !matches!(token, Token::Words(_)));
        self.path.iter().any(varies) || self.query.iter().any(|(_, value)| varies(value))
    }

    /// Whether `text` holds a code: letters and digits mixed.
    pub(super) fn has_code(text: &str) -> bool {
        tokens(text).contains(&Token::Code)
    }

    /// The host of the example.
    pub(super) fn host(&self) -> &str {
        &self.host
    }
}

/// The port, if it is not the usual one.
fn port(url: &Url) -> Option<u16> {
    url.port().filter(|port| !matches!(port, 80 | 443))
}

/// `t20240115_12345.html` as words and numbers.
fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut words = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        if run == 0 {
            words.push(first);
            rest = &rest[first.len_utf8()..];
            continue;
        }
        let (letters_and_digits, after) = rest.split_at(run);
        rest = after;
        for token in alphanumeric(letters_and_digits) {
            if let Token::Words(word) = token {
                words.push_str(&word);
            } else {
                if !words.is_empty() {
                    tokens.push(Token::Words(std::mem::take(&mut words)));
                }
                tokens.push(token);
            }
        }
    }
    if !words.is_empty() {
        tokens.push(Token::Words(words));
    }
    tokens
}

/// A run of letters and digits: a code, or words and numbers in turn.
fn alphanumeric(run: &str) -> Vec<Token> {
    let turns =
        run.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    // `t20240115` and `20240115abc` have one turn; `5f3a9c21` has several.
    if run.len() >= CODE && turns >= 2 {
        return vec![Token::Code];
    }
    let mut tokens = Vec::new();
    let mut rest = run;
    while let Some(first) = rest.bytes().next() {
        let digit = first.is_ascii_digit();
        let length = rest.bytes().take_while(|byte| byte.is_ascii_digit() == digit).count();
        let (part, after) = rest.split_at(length);
        tokens.push(if digit { Token::Number } else { Token::Words(part.to_owned()) });
        rest = after;
    }
    tokens
}

#[cfg(test)]
mod tests {
    use proptest::prelude::proptest;
    use url::Url;

    use super::Shape;

    fn fits(example: &str, address: &str) -> bool {
        let url = |text: &str| Url::parse(text).expect(text);
        Shape::of(&url(example)).expect("a shape").fits(&url(address))
    }

    #[test]
    fn numbers_vary_and_words_do_not() {
        let example = "https://www.yunshan.gov.cn/zwgk/202401/t20240115_12345.html";
        assert!(fits(example, "https://www.yunshan.gov.cn/zwgk/201912/t20191201_7.html"));
        assert!(
            fits(example, "http://www.yunshan.gov.cn/zwgk/201912/t20191201_7.html"),
            "http and https are one"
        );
        assert!(!fits(example, "https://www.yunshan.gov.cn/zwgk/201912/t20191201_7.htm"));
        assert!(!fits(example, "https://www.yunshan.gov.cn/xwdt/201912/t20191201_7.html"));
        assert!(!fits(example, "https://www.yunshan.gov.cn/zwgk/t20191201_7.html"));
        assert!(!fits(example, "https://www.yunshan.gov.cn/zwgk/202401/index_2.html"));
        assert!(!fits(example, "https://zwgk.yunshan.gov.cn/zwgk/202401/t20240115_12345.html"));
        assert!(!fits(example, "https://www.yunshan.gov.cn/zwgk/202401/t20240115_12345.html?print=1"));
    }

    #[test]
    fn shapes_of_the_usual_systems() {
        for (example, same, other) in [
            ("/zw/content/post_1296867.html", "/zw/content/post_22.html", "/zw/content/mpost_22.html"),
            ("/art/2024/1/15/art_55_9012.html", "/art/2019/12/3/art_55_7.html", "/col/col55/index.html"),
            ("/info/1042/30211.htm", "/info/1043/1.htm", "/info/1042.htm"),
            (
                "/col/5f3a9c217be04d1e/content.html",
                "/col/0a1b2c3d4e5f6a7b/content.html",
                "/col/zhengce/content.html",
            ),
            ("/show.jsp?id=12&lang=zh", "/show.jsp?id=9&lang=zh", "/show.jsp?id=9&lang=en"),
        ] {
            let of = |path: &str| format!("http://www.yunshan.gov.cn{path}");
            assert!(fits(&of(example), &of(same)), "{example} {same}");
            assert!(!fits(&of(example), &of(other)), "{example} {other}");
        }
    }

    proptest! {
        #[test]
        fn an_example_fits_itself_and_any_other_number_but_no_other_folder(
            folder in "[a-z]{1,8}", name in "[a-z]{1,4}_?", number in 0u64..u64::MAX, other in 0u64..u64::MAX,
        ) {
            let address = |folder: &str, number: u64| format!("https://www.yunshan.example/{folder}/{name}{number}.html");
            let example = address(&folder, number);
            assert!(fits(&example, &example));
            assert!(fits(&example, &address(&folder, other)));
            assert!(!fits(&example, &address(&format!("{folder}x"), other)));
        }
    }
}
