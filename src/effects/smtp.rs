//! Letters to a mail server.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lettre::transport::smtp::AsyncSmtpTransportBuilder;
use lettre::transport::smtp::client::{
    Certificate, CertificateStore, Tls, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::response::Category;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::letter::Composer;
use super::mail::{Letter, Mail, MailError, MailSettingsError};
use crate::causes::causes;

/// How long one command of the protocol may take.
const COMMAND_MAX: Duration = Duration::from_secs(20);

/// How long a whole delivery may take.
const DELIVERY_MAX: Duration = Duration::from_mins(1);

/// How a certificate begins in PEM (RFC 7468, section 5.1).
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----";

/// Sends through one mail server, over connections that are kept.
pub(super) struct SmtpMail {
    settings: AsyncSmtpTransportBuilder,
    /// Made for the first letter: with it begins a task that tends its connections, and settings
    /// are also checked where nothing runs tasks.
    server: OnceLock<AsyncSmtpTransport<Tokio1Executor>>,
    composer: Composer,
}

impl SmtpMail {
    /// The server at a `smtp:` or `smtps:` address.
    ///
    /// # Errors
    /// The address or the certificate cannot be used.
    pub(super) fn new(
        url: &str,
        ca: Option<&Path>,
        composer: Composer,
    ) -> Result<SmtpMail, MailSettingsError> {
        let wrong = |message: String| MailSettingsError { key: "mail.url", message };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|error| wrong(error.to_string()))?
            .timeout(Some(COMMAND_MAX));
        if let Some(path) = ca {
            let unusable = |message: String| MailSettingsError {
                key: "mail.ca",
                message: format!("{}: {message}", path.display()),
            };
            let parsed: http::Uri = url
                .parse()
                .map_err(|_| wrong("has characters that must be percent-encoded".to_owned()))?;
            let parameters = trusting(parsed.host().unwrap_or_default(), path).map_err(unusable)?;
            let query = parsed.query().unwrap_or_default();
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            let asked = pairs.find(|(name, _)| name == "tls").map(|(_, value)| value);
            builder = match (parsed.scheme_str(), asked.as_deref()) {
                (Some("smtps"), _) => builder.tls(Tls::Wrapper(parameters)),
                (_, Some("opportunistic")) => builder.tls(Tls::Opportunistic(parameters)),
                // Any third word has been refused above.
                (_, Some(_required)) => builder.tls(Tls::Required(parameters)),
                (_, None) => {
                    return Err(unusable("mail.url says nothing of TLS".to_owned()));
                }
            };
        }
        Ok(SmtpMail { settings: builder, server: OnceLock::new(), composer })
    }
}

/// TLS to a host that is trusted by the certificates of one file alone.
fn trusting(host: &str, path: &Path) -> Result<TlsParameters, String> {
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    // A file without any is read without an error, and then no server is trusted.
    if !String::from_utf8_lossy(&pem).contains(CERTIFICATE) {
        return Err("has no certificate in PEM".to_owned());
    }
    let certificate = Certificate::from_pem(&pem).map_err(|error| error.to_string())?;
    let parameters: TlsParametersBuilder = TlsParameters::builder(host.to_owned())
        .certificate_store(CertificateStore::None)
        .add_root_certificate(certificate);
    parameters.build_rustls().map_err(|error| error.to_string())
}

/// Whether the server refuses the letter for good: with a 5yz, and not for our password (x3z, RFC
/// 4954, section 6), which an operator puts right for all letters at once.
fn is_final(error: &lettre::transport::smtp::Error) -> bool {
    let code = error.status().filter(|_| error.is_permanent());
    code.is_some_and(|code| code.category != Category::Unspecified3)
}

impl Mail for SmtpMail {
    fn deliver<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<(), MailError>> {
        async move {
            let message = self.composer.compose(letter)?;
            let server = self.server.get_or_init(|| self.settings.clone().build());
            match tokio::time::timeout(DELIVERY_MAX, server.send(message)).await {
                Ok(Ok(_accepted)) => Ok(()),
                Ok(Err(error)) if is_final(&error) => Err(MailError::Refused(causes(&error))),
                Ok(Err(error)) => Err(MailError::Failed(causes(&error))),
                Err(_elapsed) => {
                    Err(MailError::Failed(format!("not delivered in {DELIVERY_MAX:?}")))
                }
            }
        }
        .boxed()
    }
}
