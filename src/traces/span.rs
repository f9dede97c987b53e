//! One step of a trace.

use std::borrow::Cow;

use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceId,
    TraceState, Tracer as _,
};
use opentelemetry::{Context as Carried, KeyValue, Value};
use opentelemetry_sdk::trace::SdkTracer;

tokio::task_local! {
    static CURRENT: Context;
}

/// A step that is under way; it has ended when this is dropped. Only sampled ones exist.
#[derive(Debug)]
pub struct Span {
    span: opentelemetry_sdk::trace::Span,
    context: Context,
}

/// Where a step stands in its trace, for steps within it. Cheap enough to clone.
#[derive(Clone, Debug)]
pub struct Context {
    tracer: SdkTracer,
    span: SpanContext,
}

/// A span by its ids, for another node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parent {
    /// Of its trace.
    pub trace: u128,
    /// Its own.
    pub span: u64,
}

/// The step that this task is in, if it is in a sampled one.
#[must_use]
pub fn current() -> Option<Context> {
    CURRENT.try_with(Clone::clone).ok()
}

impl Span {
    pub(super) fn begin(
        tracer: &SdkTracer,
        name: Cow<'static, str>,
        kind: SpanKind,
        parent: &Carried,
    ) -> Option<Span> {
        let builder = tracer.span_builder(name).with_kind(kind);
        let span = tracer.build_with_context(builder, parent);
        let context = Context { tracer: tracer.clone(), span: span.span_context().clone() };
        context.span.is_sampled().then_some(Span { span, context })
    }

    /// Where it stands, for what happens within it.
    #[must_use]
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Tells something of it. NB: never who, which seat, or a secret.
    pub fn set(&mut self, key: &'static str, value: impl Into<Value>) {
        self.span.set_attribute(KeyValue::new(key, value));
    }

    /// It went wrong.
    pub fn fail(&mut self, why: &'static str) {
        self.span.set_status(Status::error(why));
    }

    /// Carries out what happens within it.
    pub async fn within<F: Future>(&self, work: F) -> F::Output {
        CURRENT.scope(self.context.clone(), work).await
    }
}

impl Context {
    /// A step within this one.
    #[must_use]
    pub fn child(&self, name: &'static str) -> Option<Span> {
        self.begin(name, SpanKind::Internal)
    }

    /// A step within this one for which somebody else is called.
    #[must_use]
    pub fn call(&self, name: &'static str) -> Option<Span> {
        self.begin(name, SpanKind::Client)
    }

    /// Its ids.
    #[must_use]
    pub fn parent(&self) -> Parent {
        Parent {
            trace: u128::from_be_bytes(self.span.trace_id().to_bytes()),
            span: u64::from_be_bytes(self.span.span_id().to_bytes()),
        }
    }

    fn begin(&self, name: &'static str, kind: SpanKind) -> Option<Span> {
        let parent = Carried::new().with_remote_span_context(self.span.clone());
        Span::begin(&self.tracer, name.into(), kind, &parent)
    }
}

impl Parent {
    /// As the crate has it: of a sampled span of another node; `None` if its ids are none.
    pub(super) fn context(self) -> Option<SpanContext> {
        let trace = TraceId::from_bytes(self.trace.to_be_bytes());
        let span = SpanId::from_bytes(self.span.to_be_bytes());
        let state = TraceState::default();
        let context = SpanContext::new(trace, span, TraceFlags::SAMPLED, true, state);
        context.is_valid().then_some(context)
    }
}
