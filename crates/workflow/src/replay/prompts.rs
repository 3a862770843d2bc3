//! The cap of a provider that counts prompts, as it is typed.

use tracker_domain::ProviderId;

/// Reads `glm=2000`: prompts a week.
///
/// ```
/// use tracker_workflow::replay::prompts_a_week;
/// let (provider, prompts) = prompts_a_week("glm=2000")?;
/// assert_eq!((provider.as_str(), prompts), ("glm", 2000.0));
/// assert!(prompts_a_week("glm").is_err() && prompts_a_week("glm=-1").is_err());
/// # Ok::<(), String>(())
/// ```
///
/// # Errors
/// What is wrong, in words.
pub fn prompts_a_week(text: &str) -> Result<(ProviderId, f64), String> {
    let wrong = || format!("{text:?} is not PROVIDER=N with N above 0");
    let (provider, count) = text.split_once('=').ok_or_else(wrong)?;
    let count =
        count.parse().ok().filter(|count: &f64| count.is_finite() && *count > 0.0).ok_or_else(wrong)?;
    Ok((provider.parse().map_err(|_| wrong())?, count))
}
