//! Opens the client of an object store, from its address and environment variables.

use std::sync::{Arc, Once};
use std::time::Duration;

use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::{BackoffConfig, Error, ObjectStore, ObjectStoreScheme, RetryConfig};
use url::Url;

use super::Settings;

/// Between two attempts the wait grows up to this.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// So many requests fit into the time that a store is given: one that is accepted and never answered is made again.
pub(super) const REQUESTS: u32 = 3;

/// A connection takes no longer than this, where the store is given enough time.
const CONNECT: Duration = Duration::from_secs(5);

/// Whether the address is of an object store; web addresses are, where they are those of a known cloud. One with a query
/// is signed by somebody: it is asked for as it stands.
pub(crate) fn is_store(url: &Url) -> bool {
    let of_web = matches!(url.scheme(), "http" | "https");
    let scheme = ObjectStoreScheme::parse(url).map(|(scheme, _)| scheme);
    !of_web || (url.query().is_none() && scheme.is_ok_and(|scheme| scheme != ObjectStoreScheme::Http))
}

/// A client of the store at `url`.
pub(super) fn build(
    scheme: &ObjectStoreScheme,
    url: &Url,
    settings: &Settings,
) -> Result<Arc<dyn ObjectStore>, Error> {
    with_ring();
    let timeouts = timeouts(settings.patience);
    let retry = RetryConfig {
        backoff: BackoffConfig { max_backoff: LONGEST_WAIT, ..BackoffConfig::default() },
        max_retries: usize::MAX,
        retry_timeout: settings.patience,
    };
    // Variables come last: who sets AWS_TIMEOUT means it.
    let configuration: Vec<&(String, String)> = timeouts.iter().chain(&settings.variables).collect();
    /// Gives a builder what it knows of the configuration.
    macro_rules! configured {
        ($builder:expr) => {
            configuration.iter().fold($builder, |builder, (name, value)| {
                match name.to_ascii_lowercase().parse() {
                    Ok(key) => builder.with_config(key, value),
                    Err(_) => builder,
                }
            })
        };
    }
    Ok(match scheme {
        ObjectStoreScheme::AmazonS3 => {
            let builder = configured!(AmazonS3Builder::new().with_url(url.as_str()));
            Arc::new(builder.with_retry(retry).build()?)
        }
        ObjectStoreScheme::GoogleCloudStorage => {
            let builder = configured!(GoogleCloudStorageBuilder::new().with_url(url.as_str()));
            Arc::new(builder.with_retry(retry).build()?)
        }
        ObjectStoreScheme::MicrosoftAzure => {
            let builder = configured!(MicrosoftAzureBuilder::new().with_url(url.as_str()));
            Arc::new(builder.with_retry(retry).build()?)
        }
        other => {
            let source = format!("{other:?} is no object store").into();
            return Err(Error::NotSupported { source });
        }
    })
}

/// HTTPS is spoken with ring, as everywhere in this program. The first call decides for the process.
fn with_ring() {
    static ONCE: Once = Once::new();
    // Fails only where another provider was chosen before, which serves as well.
    ONCE.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
}

/// How long one request may take, as options of any client.
fn timeouts(patience: Duration) -> [(String, String); 2] {
    let one = (patience / REQUESTS).max(Duration::from_millis(1));
    let text = |time: Duration| format!("{}ms", time.as_millis());
    [("timeout".to_owned(), text(one)), ("connect_timeout".to_owned(), text(one.min(CONNECT)))]
}

/// The address without what may be a secret.
pub(super) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    let _ = url.set_password(None);
    url.to_string()
}

/// Answers of servers come with whole documents.
pub(super) fn one_line(text: &str) -> String {
    let line: Vec<&str> = text.split_whitespace().collect();
    line.join(" ").chars().take(400).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use url::Url;

    use super::{is_store, timeouts};

    #[test]
    fn a_request_takes_its_share_of_the_time() {
        let of = |patience| timeouts(Duration::from_millis(patience)).map(|(_, value)| value);
        assert_eq!(of(180_000), ["60000ms", "5000ms"]);
        assert_eq!(of(4200), ["1400ms", "1400ms"]);
        assert_eq!(of(1), ["1ms", "1ms"]);
    }

    #[test]
    fn stores_and_the_web_are_told_apart() {
        let is_store = |url: &str| is_store(&Url::parse(url).expect("a URL"));
        assert!(is_store("s3://bucket/a") && is_store("https://s3.cn-north-1.amazonaws.com/bucket/a"));
        assert!(!is_store("https://www.gd.gov.cn/a") && !is_store("http://127.0.0.1:9/bucket/a"));
        assert!(!is_store("https://s3.cn-north-1.amazonaws.com/bucket/a?X-Amz-Signature=1"));
    }
}
