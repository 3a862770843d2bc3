//! Terminal text as a picture whose text can be selected; readable on light and dark pages.

/// Characters a line may have; longer ones are wrapped as a terminal would.
const COLUMNS: usize = 156;

/// Returns an SVG of a command and its output.
pub(crate) fn svg(command: &str, output: &str) -> String {
    let mut lines = vec![command.to_owned()];
    lines.extend(output.lines().flat_map(wrap));
    let (width, height) = (COLUMNS * 8 + 32, lines.len() * 18 + 40);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#1b1f27\"/>\n\
         <g font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,monospace\" font-size=\"13\" fill=\"#d7dce5\" xml:space=\"preserve\">\n"
    );
    for (number, line) in lines.iter().enumerate() {
        let y = 32 + number * 18;
        let fill = match line.as_str() {
            line if line.starts_with('$') => " fill=\"#8fd19e\"",
            line if line.starts_with("  - ") && line.contains("efficiency=") => " fill=\"#ffd479\"",
            _ => "",
        };
        out.push_str(&format!("<text x=\"16\" y=\"{y}\"{fill}>{}</text>\n", escape(line)));
    }
    out.push_str("</g>\n</svg>\n");
    out
}

fn wrap(line: &str) -> Vec<String> {
    let characters: Vec<char> = line.chars().collect();
    let mut parts: Vec<String> = characters.chunks(COLUMNS).map(|part| part.iter().collect()).collect();
    if parts.is_empty() {
        parts.push(String::new());
    }
    parts
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
