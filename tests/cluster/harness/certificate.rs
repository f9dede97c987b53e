//! A certificate for `localhost` that is its own authority, and a server's half of TLS with it.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use tempfile::TempDir;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A fresh certificate, which goes with its folder.
pub struct Certificate {
    /// It in PEM: whoever trusts this file trusts the server.
    pub file: PathBuf,
    key: PathBuf,
    _folder: TempDir,
}

impl Certificate {
    /// Makes one by the command line of OpenSSL.
    pub fn make() -> Certificate {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let (key, file) = (folder.path().join("key.pem"), folder.path().join("cert.pem"));
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
            .args(["-nodes", "-days", "2", "-subj", "/CN=localhost"])
            .args(["-addext", "subjectAltName=DNS:localhost"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE"])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&file)
            .output()
            .expect("openssl can be run");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        Certificate { file, key, _folder: folder }
    }

    /// Shows it to whoever connects.
    pub fn acceptor(&self) -> TlsAcceptor {
        let chain = vec![CertificateDer::from_pem_file(&self.file).expect("it is in PEM")];
        let key = PrivateKeyDer::from_pem_file(&self.key).expect("its key is in PEM");
        let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key);
        TlsAcceptor::from(Arc::new(config.expect("the key is the certificate's")))
    }
}
