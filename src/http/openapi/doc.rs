//! What is told of a route besides its place in the table: what it takes, what it answers, and
//! which problems it can have.

use serde_json::{Map, Value, json};
use utoipa::{PartialSchema, ToSchema};

use super::super::problem::Code;
use super::super::routes::Needs;
use super::problems;

/// A media type.
const JSON: &str = "application/json";

/// The documentation of a route.
pub(in crate::http) struct Doc {
    tag: &'static str,
    summary: &'static str,
    about: String,
    parameters: Vec<Value>,
    body: Option<Value>,
    answers: Vec<(u16, Answer)>,
    codes: Vec<Code>,
    schemas: Vec<(String, Value)>,
    /// Its answers stand on replicated state.
    replicated: bool,
    /// It is a write under a key.
    keyed: bool,
    /// It looks at no credential.
    blind: bool,
}

/// An answer that is no problem.
struct Answer {
    about: &'static str,
    content: Map<String, Value>,
    headers: Vec<(&'static str, bool)>,
}

/// Where the schema of this name is found.
pub(super) fn schema_ref(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

/// A type's schema as JSON.
fn schema_of<T: PartialSchema>() -> Value {
    serde_json::to_value(T::schema()).expect("a schema has text keys and always serializes")
}

/// An example as it stands in the source.
fn parsed(example: &str) -> Value {
    serde_json::from_str(example).expect("a test makes the whole document, examples included")
}

impl Doc {
    /// Every route may refuse what it does not understand, or be asked too often.
    pub(super) fn new(tag: &'static str, summary: &'static str) -> Doc {
        Doc {
            tag,
            summary,
            about: String::new(),
            parameters: Vec::new(),
            body: None,
            answers: Vec::new(),
            codes: vec![
                Code::InvalidRequest,
                Code::NotAcceptable,
                Code::RateLimited,
                Code::Internal,
            ],
            schemas: Vec::new(),
            replicated: false,
            keyed: false,
            blind: false,
        }
    }

    /// More words.
    pub(super) fn about(mut self, text: &str) -> Doc {
        if !self.about.is_empty() {
            self.about.push_str("\n\n");
        }
        self.about.push_str(text);
        self
    }

    /// A query parameter.
    pub(super) fn query(mut self, name: &str, schema: &Value, about: &str) -> Doc {
        self.parameters.push(json!({
            "name": name, "in": "query", "description": about, "schema": schema,
        }));
        self
    }

    /// A header that it looks at.
    pub(super) fn header(mut self, name: &str, about: &str) -> Doc {
        self.parameters.push(json!({
            "name": name, "in": "header", "description": about, "schema": {"type": "string"},
        }));
        self
    }

    /// Parameters that several routes have.
    fn shared(mut self, names: &[&str]) -> Doc {
        self.parameters.extend(
            names.iter().map(|name| json!({"$ref": format!("#/components/parameters/{name}")})),
        );
        self
    }

    /// It reads replicated state, as fresh as its caller asks.
    pub(super) fn reads(mut self) -> Doc {
        self.replicated = true;
        self.shared(&["consistency", "min_index", "timeout_ms"]).refuses(&[
            Code::NotCaughtUp,
            Code::NoLeader,
            Code::NotReady,
        ])
    }

    /// It is a list of pages.
    pub(super) fn lists<T: ToSchema>(mut self, about: &'static str) -> Doc {
        let name = format!("{}Page", T::name());
        self.schemas.push((
            name.clone(),
            json!({
                "type": "object",
                "description": format!("A page of {about}."),
                "required": ["data", "next_cursor"],
                "properties": {
                    "data": {"type": "array", "items": schema_ref(&T::name()), "maxItems": 200},
                    "next_cursor": {
                        "type": ["string", "null"],
                        "description": "The `cursor` of the next page; `null` after the last.",
                    },
                },
            }),
        ));
        self.learn::<T>();
        self.shared(&["limit", "cursor"]).answer(200, about, JSON, schema_ref(&name))
    }

    /// Something that a list says besides its page.
    pub(super) fn and_says(mut self, member: &str, schema: &Value) -> Doc {
        let page = self.schemas.iter_mut().find(|(name, _)| name.ends_with("Page"));
        if let Some((_, page)) = page {
            page["properties"][member] = schema.clone();
        }
        self
    }

    /// It changes replicated state, once under a key.
    pub(super) fn writes(mut self) -> Doc {
        self.replicated = true;
        self.keyed = true;
        self.shared(&["Idempotency-Key"]).refuses(&[
            Code::IdempotencyKeyReused,
            Code::NoLeader,
            Code::Overloaded,
            Code::NotReady,
            Code::OutcomeUnknown,
        ])
    }

    /// Its body.
    pub(super) fn takes<T: ToSchema>(self, example: Option<&str>) -> Doc {
        self.body_of::<T>(true, example)
    }

    /// Its body, which may be left out.
    pub(super) fn may_take<T: ToSchema>(self) -> Doc {
        self.body_of::<T>(false, None)
    }

    fn body_of<T: ToSchema>(mut self, required: bool, example: Option<&str>) -> Doc {
        self.learn::<T>();
        self.with_body(required, schema_ref(&T::name()), example)
    }

    /// Its body, whatever that looks like.
    pub(super) fn takes_any(self, about: &str) -> Doc {
        let any = json!({"type": "object", "description": about});
        self.with_body(true, any, None)
    }

    fn with_body(mut self, required: bool, schema: Value, example: Option<&str>) -> Doc {
        let mut content = Map::from_iter([("schema".to_owned(), schema)]);
        if let Some(example) = example {
            content.insert("example".to_owned(), parsed(example));
        }
        self.body = Some(json!({ "required": required, "content": { JSON: content } }));
        self.refuses(&[Code::BodyTooLarge, Code::UnsupportedMediaType])
    }

    /// An answer in JSON.
    pub(super) fn gives<T: ToSchema>(mut self, status: u16, about: &'static str) -> Doc {
        self.learn::<T>();
        self.answer(status, about, JSON, schema_ref(&T::name()))
    }

    /// An answer that is no JSON.
    pub(super) fn gives_text(self, status: u16, about: &'static str, media: &str) -> Doc {
        self.answer(status, about, media, json!({"type": "string"}))
    }

    /// An answer of bytes.
    pub(super) fn gives_bytes(self, status: u16, about: &'static str, media: &str) -> Doc {
        self.answer(status, about, media, json!({}))
    }

    /// An answer without a body.
    pub(super) fn gives_nothing(mut self, status: u16, about: &'static str) -> Doc {
        self.answers.push((status, Answer { about, content: Map::new(), headers: Vec::new() }));
        self
    }

    fn answer(mut self, status: u16, about: &'static str, media: &str, schema: Value) -> Doc {
        let content = Value::Object(Map::from_iter([("schema".to_owned(), schema)]));
        let given = self.answers.iter_mut().find(|(given, _)| *given == status);
        if let Some((_, answer)) = given {
            answer.content.insert(media.to_owned(), content);
        } else {
            let content = Map::from_iter([(media.to_owned(), content)]);
            self.answers.push((status, Answer { about, content, headers: Vec::new() }));
        }
        self
    }

    /// An example of the JSON answer given last.
    pub(super) fn such_as(mut self, example: &str) -> Doc {
        if let Some((_, answer)) = self.answers.last_mut()
            && let Some(content) = answer.content.get_mut(JSON)
        {
            content["example"] = parsed(example);
        }
        self
    }

    /// A header that the answer given last always has.
    pub(super) fn with(mut self, header: &'static str) -> Doc {
        if let Some((_, answer)) = self.answers.last_mut() {
            answer.headers.push((header, true));
        }
        self
    }

    /// A header that the answer given last may have.
    pub(super) fn perhaps_with(mut self, header: &'static str) -> Doc {
        if let Some((_, answer)) = self.answers.last_mut() {
            answer.headers.push((header, false));
        }
        self
    }

    /// Problems that it can have.
    pub(super) fn refuses(mut self, codes: &[Code]) -> Doc {
        for code in codes {
            if !self.codes.contains(code) {
                self.codes.push(*code);
            }
        }
        self
    }

    /// Problems of every route that it cannot have.
    pub(super) fn never(mut self, codes: &[Code]) -> Doc {
        self.codes.retain(|code| !codes.contains(code));
        self
    }

    /// It looks at no credential.
    pub(super) fn blind(mut self) -> Doc {
        self.blind = true;
        self
    }

    /// Notes a type's schema and those that it refers to.
    fn learn<T: ToSchema>(&mut self) {
        self.schemas.push((T::name().into_owned(), schema_of::<T>()));
        let mut more = Vec::new();
        T::schemas(&mut more);
        self.schemas.extend(more.into_iter().map(|(name, schema)| {
            (name, serde_json::to_value(schema).expect("a schema always serializes"))
        }));
    }

    /// The schemas that it refers to.
    pub(super) fn schemas(&mut self) -> Vec<(String, Value)> {
        std::mem::take(&mut self.schemas)
    }

    /// The problems that it can have.
    pub(super) fn problems(&self, needs: Needs) -> Vec<Code> {
        let mut codes = self.codes.clone();
        if !self.blind {
            // A node that has not read its issuer's keys yet knows no token.
            codes.extend([Code::Unauthenticated, Code::NotReady]);
        }
        // What changes something is refused to pages of other sites.
        if matches!(needs, Needs::Role(_)) || self.keyed {
            codes.push(Code::Forbidden);
        }
        codes.sort_by_key(|code| (code.status(), code.as_str()));
        codes.dedup();
        codes
    }

    /// As an operation of the document.
    pub(super) fn operation(self, id: &str, needs: Needs, path: Vec<Value>) -> Value {
        let problems = self.problems(needs);
        let Doc { tag, summary, about, parameters, body, answers, .. } = self;
        let mut responses = Map::new();
        for (status, answer) in answers {
            let mut headers = vec![("X-Request-Id", true), ("Usher-Node", true)];
            if self.replicated {
                headers.push(("Usher-Applied-Index", true));
            }
            if self.keyed {
                headers.push(("Idempotent-Replayed", false));
            }
            headers.extend(answer.headers);
            let headers = headers.into_iter().map(|(name, always)| {
                let reference = if always { name.to_owned() } else { format!("Perhaps-{name}") };
                (name.to_owned(), json!({"$ref": format!("#/components/headers/{reference}")}))
            });
            let mut headers: Map<String, Value> = headers.collect();
            if self.codes.contains(&Code::RateLimited) {
                headers.extend(problems::rate_headers());
            }
            let mut response = json!({ "description": answer.about, "headers": headers });
            if !answer.content.is_empty() {
                response["content"] = Value::Object(answer.content);
            }
            responses.insert(status.to_string(), response);
        }
        for (status, codes) in problems::by_status(&problems) {
            let problem = match responses.remove(&status.to_string()) {
                // Under this status it may also answer something that is no problem.
                Some(answer) => problems::beside(answer, &codes),
                None => problems::reference(&codes),
            };
            responses.insert(status.to_string(), problem);
        }
        let mut operation = json!({
            "operationId": id, "tags": [tag], "summary": summary, "responses": responses,
            "security": security(needs),
        });
        let parameters: Vec<Value> = path.into_iter().chain(parameters).collect();
        if !parameters.is_empty() {
            operation["parameters"] = Value::Array(parameters);
        }
        if !about.is_empty() {
            operation["description"] = about.into();
        }
        if let Some(body) = body {
            operation["requestBody"] = body;
        }
        operation
    }
}

/// Which credentials open a route; `{}` is none.
fn security(needs: Needs) -> Value {
    match needs {
        Needs::Signature => json!([]),
        Needs::Nothing | Needs::Link => json!([{}, {"token": []}, {"user": []}, {"role": []}]),
        Needs::User => json!([{"token": []}, {"user": []}]),
        Needs::Known => json!([{"token": []}, {"user": []}, {"role": []}]),
        Needs::Role(role) => json!([{"token": [role.name()]}, {"role": [role.name()]}]),
    }
}
