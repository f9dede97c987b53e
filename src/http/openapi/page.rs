//! The description as a page for people: every route with what it takes and answers, and every
//! form. It has no script and loads nothing.

use std::sync::LazyLock;

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, HtmlEscape, UndefinedBehavior, Value as Cell, context};
use serde_json::{Value, json};

/// What the page may do: show itself.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

const NAME: &str = "docs.html";

static PAGES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.add_filter("prose", prose);
    environment
        .add_template(NAME, include_str!("docs.html"))
        .expect("a test renders our own template");
    environment
});

/// Text as its source writes it: what stands in backticks is code.
#[expect(clippy::needless_pass_by_value, reason = "a filter takes values")]
fn prose(text: String) -> Cell {
    let parts = text.split('`').enumerate().map(|(n, part)| {
        let part = HtmlEscape(part);
        if n % 2 == 0 { part.to_string() } else { format!("<code>{part}</code>") }
    });
    Cell::from_safe_string(parts.collect())
}

/// The page of a document.
pub(super) fn render(document: &Value) -> Result<String, String> {
    let groups: Vec<Value> = list(&document["tags"])
        .map(|tag| {
            json!({"name": tag["name"], "about": tag["description"],
            "operations": operations(document, &tag["name"])})
        })
        .collect();
    let schemas: Vec<Value> = members(&document["components"]["schemas"])
        .map(|(name, schema)| form(name, schema))
        .collect();
    let info = &document["info"];
    let about = info["description"].as_str().unwrap_or_default().split("\n\n");
    let about: Vec<String> = about.map(str::to_owned).collect();
    let page = PAGES.get_template(NAME).and_then(|page| {
        page.render(context! {
            title => Serde(info["title"].clone()),
            version => Serde(info["version"].clone()),
            about => Serde(about),
            groups => Serde(groups),
            schemas => Serde(schemas),
        })
    });
    page.map_err(|error| format!("{error:#}"))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// Follows a reference to a component.
fn resolve<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
    pointer.and_then(|pointer| document.pointer(pointer)).unwrap_or(value)
}

fn operations(document: &Value, tag: &Value) -> Vec<Value> {
    let all = members(&document["paths"]).flat_map(|(path, methods)| {
        members(methods).map(move |(method, operation)| (path, method, operation))
    });
    all.filter(|(_, _, operation)| operation["tags"][0] == *tag)
        .map(|(path, method, operation)| {
            let body = &operation["requestBody"];
            json!({
                "id": operation["operationId"],
                "method": method.to_uppercase(),
                "path": path,
                "summary": operation["summary"],
                "about": operation["description"].as_str().unwrap_or_default(),
                "needs": needs(&operation["security"]),
                "parameters": list(&operation["parameters"])
                    .map(|parameter| described(resolve(document, parameter)))
                    .collect::<Vec<_>>(),
                "body": content(&body["content"]),
                "body_required": body["required"] == true,
                "answers": members(&operation["responses"])
                    .map(|(status, response)| {
                        let response = resolve(document, response);
                        json!({"status": status, "about": response["description"],
                            "content": content(&response["content"])})
                    })
                    .collect::<Vec<_>>(),
            })
        })
        .collect()
}

/// Who may use a route, in words.
fn needs(security: &Value) -> String {
    let first = list(security).next();
    let role = first.and_then(|first| first["token"][0].as_str());
    match (first, role) {
        (None, _) => "a signature".to_owned(),
        (Some(_), Some(role)) => role.to_owned(),
        (Some(first), None) if first == &json!({}) => "anybody".to_owned(),
        (Some(_), None) => "a user".to_owned(),
    }
}

fn described(parameter: &Value) -> Value {
    json!({"name": parameter["name"], "in": parameter["in"], "about": parameter["description"],
        "type": kind(&parameter["schema"])})
}

fn content(content: &Value) -> Vec<Value> {
    let one = |(media, content): (&String, &Value)| {
        let example = &content["example"];
        let example = if example.is_null() {
            String::new()
        } else {
            serde_json::to_string_pretty(example).unwrap_or_default()
        };
        json!({"media": media, "type": kind(&content["schema"]), "names": names(&content["schema"]),
            "example": example})
    };
    members(content).map(one).collect()
}

/// The forms that a schema names.
fn names(schema: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    let mut open = vec![schema];
    while let Some(schema) = open.pop() {
        if let Some(name) = schema["$ref"].as_str().and_then(|name| name.rsplit('/').next()) {
            found.push(name);
        }
        for word in ["oneOf", "anyOf", "allOf"] {
            open.extend(list(&schema[word]));
        }
        if schema["items"].is_object() {
            open.push(&schema["items"]);
        }
    }
    found.reverse();
    found
}

/// A schema in few words.
fn kind(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str() {
        return name.rsplit('/').next().unwrap_or_default().to_owned();
    }
    if schema["items"].is_object() {
        return format!("list of {}", kind(&schema["items"]));
    }
    for word in ["oneOf", "anyOf"] {
        let kinds: Vec<String> = list(&schema[word]).map(kind).collect();
        if !kinds.is_empty() && schema["type"].is_null() {
            return kinds.join(" or ");
        }
    }
    let mut words = match &schema["type"] {
        Value::String(one) => one.clone(),
        Value::Array(several) => {
            several.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or ")
        }
        _ => "any".to_owned(),
    };
    let values: Vec<String> = list(&schema["enum"])
        .map(|value| match value {
            Value::String(text) if text.is_empty() => "\"\"".to_owned(),
            Value::String(text) => text.clone(),
            other => other.to_string(),
        })
        .collect();
    if !values.is_empty() {
        words = values.join(" | ");
    }
    for (word, said) in [
        ("minimum", "from"),
        ("maximum", "to"),
        ("minLength", "at least, characters:"),
        ("maxLength", "at most, characters:"),
        ("minItems", "at least, entries:"),
        ("maxItems", "at most, entries:"),
        ("format", "as"),
        ("pattern", "like"),
    ] {
        match &schema[word] {
            Value::Null => {}
            Value::String(text) => words = format!("{words}, {said} {text}"),
            other => words = format!("{words}, {said} {other}"),
        }
    }
    words
}

fn form(name: &str, schema: &Value) -> Value {
    let parts: Vec<&Value> =
        if schema["allOf"].is_array() { list(&schema["allOf"]).collect() } else { vec![schema] };
    let fields = parts.iter().flat_map(|part| {
        members(&part["properties"]).map(|(field, schema)| {
            let required = list(&part["required"]).any(|name| name == field);
            json!({"name": field, "type": kind(schema), "names": names(schema),
                "required": required,
                "about": schema["description"].as_str().unwrap_or_default()})
        })
    });
    json!({"name": name, "about": schema["description"].as_str().unwrap_or_default(),
        "type": kind(schema), "fields": fields.collect::<Vec<_>>()})
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The page has every route and form, and neither runs nor loads anything.
    #[test]
    fn the_page_is_whole_and_still() {
        let document = super::super::document();
        let page = render(&document).unwrap();
        for (path, _) in members(&document["paths"]) {
            let path = path.replace('/', "&#x2f;");
            assert!(page.contains(&path), "{path} is missing");
        }
        for (name, _) in members(&document["components"]["schemas"]) {
            assert!(page.contains(&format!("id=\"form-{name}\"")), "{name} is missing");
        }
        for word in ["<script", "<link", "<img", "<iframe", "@import", "url(", " src="] {
            assert!(!page.contains(word), "the page has {word:?}");
        }
        assert!(page.contains("seat_unavailable") && page.contains("best_available"));
        assert!(page.contains("branch on <code>code</code>") && !page.contains('`'));
        assert_eq!(prose("<b> `a&b`".to_owned()).to_string(), "&lt;b&gt; <code>a&amp;b</code>");
    }
}
