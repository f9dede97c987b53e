//! Errors of other people's libraries in words.

/// An error with what caused it: the outermost alone often only says that something went wrong. A
/// cause that the words before have told already is not told again.
pub(crate) fn causes(error: &dyn std::error::Error) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Link {
        text: &'static str,
        source: Option<Box<Link>>,
    }

    /// Every cause is told once, from the outside in.
    #[test]
    fn each_cause_is_told_once() {
        let link = |text, source: Option<Link>| Link { text, source: source.map(Box::new) };
        let chain = link("no answer", Some(link("refused", Some(link("no answer", None)))));
        assert_eq!(causes(&chain), "no answer: refused");
    }
}
