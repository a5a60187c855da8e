//! Sites that speak nothing newer than TLS 1.1 (`cargo test --features legacy-tls old_tls`).

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;

use guidang::acquire::web::WebOptions;
use openssl::pkey::PKey;
use openssl::ssl::{SslAcceptor, SslMethod, SslVersion};
use openssl::x509::X509;

use super::{code, get, options, web_with};
use crate::support::site::Authority;

/// A site that speaks `version` and gives every request the same page; its port.
fn old_site(authority: &Authority, version: SslVersion, expired: bool) -> u16 {
    let (certificate, key) = authority.certificate(expired);
    let mut acceptor = SslAcceptor::mozilla_intermediate(SslMethod::tls()).unwrap();
    acceptor.set_security_level(0);
    acceptor.set_cipher_list("DEFAULT").unwrap();
    acceptor.set_min_proto_version(Some(version)).unwrap();
    acceptor.set_max_proto_version(Some(version)).unwrap();
    // What Mozilla's settings switch off.
    acceptor.clear_options(openssl::ssl::SslOptions::NO_TLSV1 | openssl::ssl::SslOptions::NO_TLSV1_1);
    acceptor.set_private_key(&PKey::private_key_from_der(&key).unwrap()).unwrap();
    acceptor.set_certificate(&X509::from_der(&certificate).unwrap()).unwrap();
    let acceptor = acceptor.build();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let Ok(mut stream) = acceptor.accept(connection.unwrap()) else { continue };
            let _ = stream.read(&mut [0; 4096]);
            let body = "<p>words</p>";
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n";
            write!(stream, "{head}Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    port
}

#[test]
fn old_versions_are_spoken_with_the_named_hosts_only_and_certificates_are_checked() {
    let authority = Authority::new();
    for version in [SslVersion::TLS1, SslVersion::TLS1_1, SslVersion::TLS1_2] {
        let port = old_site(&authority, version, false);
        let url = format!("https://localhost:{port}/");
        let mut strict = WebOptions { retries: 0, ..options(&[]) };
        strict.policy.ports.push(port);
        let trusting = WebOptions { extra_roots: Some(authority.root().into_bytes()), ..strict.clone() };
        let named = |options: &WebOptions| WebOptions {
            legacy_tls: BTreeSet::from(["localhost".to_owned()]),
            ..options.clone()
        };
        let exchange = get(&web_with(named(&trusting)).0, &url).unwrap();
        assert_eq!(exchange.body, b"<p>words</p>");
        assert!(exchange.head.starts_with(b"HTTP/1.1 200 OK\r\nContent-Type: text/html"));
        assert_eq!(code(get(&web_with(named(&strict)).0, &url)), "tls", "nobody vouches for it");
        if version != SslVersion::TLS1_2 {
            assert_eq!(code(get(&web_with(trusting).0, &url)), "tls", "not named");
        }
    }
}

#[test]
fn an_expired_certificate_of_an_old_site_is_named() {
    let authority = Authority::new();
    let port = old_site(&authority, SslVersion::TLS1_1, true);
    let mut options = WebOptions { retries: 0, ..options(&[]) };
    options.policy.ports.push(port);
    options.extra_roots = Some(authority.root().into_bytes());
    options.legacy_tls = BTreeSet::from(["localhost".to_owned()]);
    assert_eq!(code(get(&web_with(options).0, &format!("https://localhost:{port}/"))), "tls-expired");
}
