//! Letters to a mail server.

use std::path::Path;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use lettre::transport::smtp::client::{
    Certificate, CertificateStore, Tls, TlsParameters, TlsParametersBuilder,
};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::letter::Composer;
use super::mail::{Letter, Mail, MailError, MailSettingsError};

/// How long one command of the protocol may take.
const COMMAND_MAX: Duration = Duration::from_secs(20);

/// How long a whole delivery may take.
const DELIVERY_MAX: Duration = Duration::from_mins(1);

/// Sends through one mail server, over connections that are kept.
pub(super) struct SmtpMail {
    server: AsyncSmtpTransport<Tokio1Executor>,
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
            let parsed: http::Uri = url.parse().map_err(|_| wrong("is no address".to_owned()))?;
            let host = parsed.host().unwrap_or_default();
            let parameters = trusting(host, path).map_err(unusable)?;
            let (scheme, query) = (parsed.scheme_str(), parsed.query().unwrap_or_default());
            builder = match (scheme, query.contains("tls=")) {
                (Some("smtps"), _) => builder.tls(Tls::Wrapper(parameters)),
                (_, true) if query.contains("tls=opportunistic") => {
                    builder.tls(Tls::Opportunistic(parameters))
                }
                (_, true) => builder.tls(Tls::Required(parameters)),
                (_, false) => {
                    return Err(unusable("mail.url says nothing of TLS".to_owned()));
                }
            };
        }
        Ok(SmtpMail { server: builder.build(), composer })
    }
}

/// TLS to a host that is trusted by one certificate alone.
fn trusting(host: &str, path: &Path) -> Result<TlsParameters, String> {
    let pem = std::fs::read(path).map_err(|error| error.to_string())?;
    let certificate = Certificate::from_pem(&pem).map_err(|error| error.to_string())?;
    let parameters: TlsParametersBuilder = TlsParameters::builder(host.to_owned())
        .certificate_store(CertificateStore::None)
        .add_root_certificate(certificate);
    parameters.build_rustls().map_err(|error| error.to_string())
}

impl Mail for SmtpMail {
    fn deliver<'a>(&'a self, letter: &'a Letter) -> BoxFuture<'a, Result<(), MailError>> {
        async move {
            let message = self.composer.compose(letter)?;
            match tokio::time::timeout(DELIVERY_MAX, self.server.send(message)).await {
                Ok(Ok(_accepted)) => Ok(()),
                Ok(Err(error)) => Err(MailError(causes(&error))),
                Err(_elapsed) => Err(MailError(format!("not delivered in {DELIVERY_MAX:?}"))),
            }
        }
        .boxed()
    }
}

/// An error with what caused it.
fn causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !words.contains(&text) {
            words = format!("{words}: {text}");
        }
        cause = error.source();
    }
    words
}
