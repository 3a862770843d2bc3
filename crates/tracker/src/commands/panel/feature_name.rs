//! A feature as the command line names it: bare, or as the subject of its commits does.

use std::str::FromStr;

use tracker_domain::WindowId;

/// The name of a feature, and the window when the text holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeatureName {
    /// The feature without `xfeat::`.
    pub(crate) name: String,
    /// The window of `xfeat::<feature>::<window>`.
    pub(crate) window: Option<WindowId>,
}

impl FromStr for FeatureName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let mut parts = text.strip_prefix("xfeat::").unwrap_or(text).split("::");
        let name = parts.next().unwrap_or_default().trim();
        if name.is_empty() || name.chars().any(char::is_control) {
            return Err("use a feature's name, or xfeat::FEATURE::WINDOW::STAGE".to_owned());
        }
        let window = parts.next().map(str::parse).transpose();
        let window = window.map_err(|cause: tracker_domain::DomainError| cause.to_string())?;
        Ok(Self { name: name.to_owned(), window })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_and_tagged_names_are_one() {
        let name =
            |text: &str| text.parse::<FeatureName>().map(|of| (of.name, of.window.map(|id| id.to_string())));
        assert_eq!(name("Login"), Ok(("Login".into(), None)));
        assert_eq!(name("xfeat::Login"), Ok(("Login".into(), None)));
        assert_eq!(name("xfeat::Login::W0-19::green"), Ok(("Login".into(), Some("W0-19".into()))));
        assert!(name("").is_err() && name("xfeat::").is_err() && name("a\nb").is_err());
        assert!(name("xfeat::Login::not a window").is_err());
    }
}
