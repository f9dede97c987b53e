//! Whether spans are made, and where they go.

use std::env;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;
use opentelemetry::propagation::{Extractor, TextMapPropagator as _};
use opentelemetry::trace::{SpanKind, TraceContextExt as _, TracerProvider as _};
use opentelemetry::{Context as Carried, KeyValue};
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};

use super::span::{Parent, Span};

/// Any of these, if it is not empty, switches traces on. The crate reads them and the rest of
/// OpenTelemetry's variables by itself.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];

/// Set to `true`, switches them off whatever else is set.
const DISABLED: &str = "OTEL_SDK_DISABLED";

/// What the service is called, unless this names it otherwise.
const SERVICE_NAME: &str = "OTEL_SERVICE_NAME";

/// A node's traces: on or off. Cheap to clone.
#[derive(Clone, Default)]
pub struct Traces(Option<Arc<On>>);

struct On {
    provider: SdkTracerProvider,
    tracer: SdkTracer,
    propagator: TraceContextPropagator,
}

/// Why traces cannot be sent anywhere.
#[derive(Debug, thiserror::Error)]
#[error("traces: {0}")]
pub struct TracesError(String);

impl fmt::Debug for Traces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Traces").field(&self.0.is_some()).finish()
    }
}

impl Traces {
    /// As the environment has it.
    ///
    /// # Errors
    /// What it says cannot be followed.
    pub fn from_environment(node: u64) -> Result<Traces, TracesError> {
        let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let disabled = env::var(DISABLED).is_ok_and(|value| value.eq_ignore_ascii_case("true"));
        if disabled || !ENDPOINTS.iter().any(is_set) {
            return Ok(Traces::default());
        }
        let exporter = SpanExporter::builder().with_http().build();
        let exporter = exporter.map_err(|error| TracesError(error.to_string()))?;
        Ok(Traces::over(exporter, node))
    }

    /// To the collector that takes spans at this address, whatever the environment says.
    ///
    /// # Errors
    /// It is no URL.
    pub fn to(address: &str, node: u64) -> Result<Traces, TracesError> {
        let exporter = SpanExporter::builder().with_http().with_endpoint(address).build();
        let exporter = exporter.map_err(|error| TracesError(error.to_string()))?;
        Ok(Traces::over(exporter, node))
    }

    /// The exporter has threads of its own: it never delays a request, and what it cannot send in
    /// time is dropped and told of in the log.
    fn over(exporter: SpanExporter, node: u64) -> Traces {
        let mut resource = Resource::builder().with_attributes([
            KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
            KeyValue::new("service.instance.id", node.to_string()),
        ]);
        if env::var_os(SERVICE_NAME).is_none_or(|name| name.is_empty()) {
            resource = resource.with_service_name("usher");
        }
        let provider = SdkTracerProvider::builder()
            .with_resource(resource.build())
            .with_batch_exporter(exporter)
            .build();
        let tracer = provider.tracer("usher");
        let propagator = TraceContextPropagator::new();
        Traces(Some(Arc::new(On { provider, tracer, propagator })))
    }

    /// Whether spans are made at all.
    #[must_use]
    pub fn are_on(&self) -> bool {
        self.0.is_some()
    }

    /// The span of a request, whose headers may name a parent (W3C Trace Context). `None` while
    /// traces are off, or where this one is not sampled.
    #[must_use]
    pub fn request(&self, name: String, headers: &HeaderMap) -> Option<Span> {
        let on = self.0.as_ref()?;
        let parent = on.propagator.extract_with_context(&Carried::new(), &Headers(headers));
        Span::begin(&on.tracer, name.into(), SpanKind::Server, &parent)
    }

    /// The span of a step that another node asked for, as a child of its span.
    #[must_use]
    pub fn asked(&self, name: &'static str, parent: Parent) -> Option<Span> {
        let on = self.0.as_ref()?;
        let parent = Carried::new().with_remote_span_context(parent.context()?);
        Span::begin(&on.tracer, name.into(), SpanKind::Server, &parent)
    }

    /// Sends what is left, and makes no more. Blocks, at most for so long.
    pub fn stop(&self, patience: Duration) {
        let Some(on) = &self.0 else { return };
        if let Err(error) = on.provider.shutdown_with_timeout(patience) {
            tracing::warn!(%error, "the last spans are not sent");
        }
    }
}

/// Headers as the propagator reads them.
struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(http::HeaderName::as_str).collect()
    }
}
