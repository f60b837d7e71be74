use super::*;
use crate::domain::policy::PRESETS;

fn committed() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/schema.json")
}

#[test]
fn the_committed_schema_is_the_one_that_is_made() {
    let made = format!("{}\n", serde_json::to_string_pretty(&schema()).unwrap());
    if std::env::var_os("TUANQING_WRITE_GOLDEN").is_some() {
        std::fs::write(committed(), &made).unwrap();
    }
    let kept = std::fs::read_to_string(committed()).unwrap();
    assert!(kept == made, "policies/schema.json is old: TUANQING_WRITE_GOLDEN=1 cargo test --lib policy");
}

/// As much of JSON schema as ours uses.
fn complaints(schema: &Value, value: &Value, path: &str) -> Vec<String> {
    let mut all = Vec::new();
    let fits = match schema["type"].as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.as_u64().is_some_and(|n| n >= schema["minimum"].as_u64().unwrap()),
        "number" => value.is_number(),
        other => panic!("{other}"),
    };
    if !fits {
        return vec![format!("{path}: {value}")];
    }
    if let Some(choices) = schema["enum"].as_array()
        && !choices.contains(value)
    {
        all.push(format!("{path}: {value}"));
    }
    if schema["pattern"] == "^[a-z0-9_]+$" {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        all.extend(value.as_str().filter(|text| !text.chars().all(plain)).map(|text| format!("{path}: {text}")));
    }
    if let Some(object) = value.as_object() {
        for required in schema["required"].as_array().into_iter().flatten() {
            if !object.contains_key(required.as_str().unwrap()) {
                all.push(format!("{path}: no {required}"));
            }
        }
        for (key, value) in object {
            match schema["properties"].get(key) {
                Some(inner) => all.extend(complaints(inner, value, &format!("{path}.{key}"))),
                None => all.push(format!("{path}: {key} is unknown")),
            }
        }
    }
    for (at, value) in value.as_array().into_iter().flatten().enumerate() {
        all.extend(complaints(&schema["items"], value, &format!("{path}[{at}]")));
    }
    all
}

#[test]
fn every_preset_satisfies_the_schema_and_a_spoiled_one_does_not() {
    let schema = schema();
    for (name, text) in PRESETS {
        let value = serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap();
        assert_eq!(complaints(&schema, &value, name), Vec::<String>::new());
        assert!(text.starts_with("#:schema ./schema.json\n"), "{name}");
    }
    let spoil = |from: &str, to: &str| {
        let text = PRESETS[0].1.replace(from, to);
        let value = serde_json::to_value(toml::from_str::<toml::Table>(&text).unwrap()).unwrap();
        complaints(&schema, &value, "it")
    };
    for (from, to) in [
        ("period = \"week\"", "period = \"weekly\""),
        ("strict = false", "strikt = false"),
        ("many_days = 3", ""),
        ("many_days = 3", "many_days = -3"),
        ("needs = [{ days = 1 }]", "needs = { days = 1 }"),
        ("key = \"journal\"", "key = \"日志\""),
    ] {
        assert_eq!(spoil(from, to).len(), 1, "{to}: {:?}", spoil(from, to));
    }
}

#[test]
fn nothing_of_the_work_in_between_is_left_in_the_schema() {
    assert!(!schema().to_string().contains("x-choices"));
}
