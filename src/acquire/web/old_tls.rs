//! TLS 1.0 and 1.1, for hosts that speak nothing newer, by OpenSSL (feature `legacy-tls`).
//!
//! rustls begins at TLS 1.2, and so does native-tls as ureq sets it up. OpenSSL 3 has the old versions, but not at its
//! usual security level: their handshake is signed over SHA-1 and MD5 (`SSL_CTX_set_security_level(3)`). So this link of the
//! chain of connectors is made with what they need. It serves the hosts that are named and no others; certificates are
//! judged as strictly as elsewhere.

use std::error::Error as _;
use std::fmt;
use std::io::{self, Read, Write};

use openssl::error::ErrorStack;
use openssl::ssl::{HandshakeError, SslConnector, SslMethod, SslStream, SslVersion};
use openssl::x509::X509;
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, Transport, TransportAdapter,
};

use super::error::WebError;
use super::resolver::Fault;

/// The link of the chain.
pub(super) struct OldTls(SslConnector);

impl OldTls {
    /// Trusts the system's roots, and those in `extra_roots` (PEM).
    ///
    /// # Errors
    /// If OpenSSL cannot be set up so.
    pub(super) fn new(extra_roots: Option<&[u8]>) -> Result<Self, ErrorStack> {
        let mut builder = SslConnector::builder(SslMethod::tls())?;
        builder.set_security_level(0);
        builder.set_cipher_list("DEFAULT")?;
        builder.set_min_proto_version(Some(SslVersion::TLS1))?;
        for root in extra_roots.map(X509::stack_from_pem).transpose()?.unwrap_or_default() {
            builder.cert_store_mut().add_cert(root)?;
        }
        Ok(Self(builder.build()))
    }
}

impl<In: Transport> Connector<In> for OldTls {
    type Out = Either<In, Encrypted>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let Some(transport) = chained else { return Ok(None) };
        if !details.needs_tls() || transport.is_tls() {
            return Ok(Some(Either::A(transport)));
        }
        let host = details.uri.host().unwrap_or_default().trim_matches(['[', ']']);
        let mut adapter = TransportAdapter::new(transport.boxed(), details.current_time.clone());
        adapter.set_timeout(details.timeout);
        let stream = self.0.connect(host, adapter).map_err(|error| refused(error, host))?;
        let buffers =
            LazyBuffers::new(details.config.input_buffer_size(), details.config.output_buffer_size());
        Ok(Some(Either::B(Encrypted { buffers, stream })))
    }
}

/// Why there is no secure connection.
fn refused(error: HandshakeError<TransportAdapter>, host: &str) -> Error {
    let host = host.to_owned();
    let fault = |error| Error::Other(Box::new(Fault(error)));
    let unfinished = match error {
        HandshakeError::SetupFailure(error) => {
            return fault(WebError::Tls { host, why: error.to_string() });
        }
        HandshakeError::Failure(unfinished) | HandshakeError::WouldBlock(unfinished) => unfinished,
    };
    let certificate = unfinished.ssl().verify_result().error_string();
    match unfinished.into_error().into_io_error() {
        Ok(error) => error.into(),
        Err(_) if certificate.contains("expired") => fault(WebError::TlsExpired { host }),
        Err(_) if certificate != "ok" => fault(WebError::Tls { host, why: certificate.to_owned() }),
        Err(error) => fault(WebError::Tls { host, why: words(&error) }),
    }
}

/// The last of the reasons, without the places in OpenSSL's source.
fn words(error: &openssl::ssl::Error) -> String {
    let stack = error.source().and_then(|source| source.downcast_ref::<ErrorStack>());
    let reason = stack.and_then(|stack| stack.errors().last()?.reason());
    reason.map_or_else(|| error.to_string(), str::to_owned)
}

/// A connection within TLS.
pub(super) struct Encrypted {
    buffers: LazyBuffers,
    stream: SslStream<TransportAdapter>,
}

impl Transport for Encrypted {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        Ok(self.stream.write_all(output)?)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.get_mut().set_timeout(timeout);
        let read = match self.stream.read(self.buffers.input_append_buf()) {
            // Many old servers close the connection without saying so within TLS. Where a length was announced, the body
            // that is too short tells.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
            read => read?,
        };
        self.buffers.input_appended(read);
        Ok(read > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for OldTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OldTls")
    }
}

impl fmt::Debug for Encrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Encrypted")
    }
}
