//! What the types of asks and answers say of themselves: read once, looked at for every request.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use cremona_engine::{Answer, Ask};
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use crate::http::problem::Details;

/// Where OpenAPI keeps what is referred to.
pub const DEFINITIONS: &str = "#/components/schemas/";

/// The fields of an ask.
#[derive(Clone, Debug)]
pub struct Fields {
    /// Their schemas, by name.
    pub all: Map<String, Value>,
    /// Names of those that have to be there.
    pub required: Vec<String>,
}

/// All schemas.
pub struct Schemas {
    /// What is referred to, by name.
    pub definitions: Map<String, Value>,
    /// Asks by their `verb`.
    pub asks: BTreeMap<String, Fields>,
    /// Values of answers by their `answer`.
    pub answers: BTreeMap<String, Value>,
}

impl Schemas {
    /// Those of this version.
    pub fn of_ours() -> &'static Self {
        static OURS: OnceLock<Schemas> = OnceLock::new();
        OURS.get_or_init(Self::read)
    }

    fn read() -> Self {
        let path = format!("/{}", DEFINITIONS.trim_start_matches("#/").trim_end_matches('/'));
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.definitions_path = path.into());
        // What is read has to have fewer fields than what is written.
        let mut reader = settings.clone().for_deserialize().into_generator();
        let asks = variants(&reader.root_schema_for::<Ask>().to_value(), "verb");
        let mut writer = settings.for_serialize().into_generator();
        let answers = variants(&writer.root_schema_for::<Answer>().to_value(), "answer");
        writer.subschema_for::<Details>();
        let mut definitions = reader.take_definitions(true);
        definitions.append(&mut writer.take_definitions(true));
        let asks = asks.into_iter().map(|(verb, schema)| (verb, fields(&schema))).collect();
        let answers = answers.into_iter().map(|(tag, schema)| (tag, schema["properties"]["value"].clone())).collect();
        Self { definitions, asks, answers }
    }

    /// What a schema refers to, or itself.
    pub fn resolve<'a>(&'a self, schema: &'a Value) -> &'a Value {
        let name = schema["$ref"].as_str().and_then(|path| path.strip_prefix(DEFINITIONS));
        name.and_then(|name| self.definitions.get(name)).unwrap_or(schema)
    }
}

/// The variants of a tagged enum, by their tag.
fn variants(schema: &Value, tag: &str) -> Vec<(String, Value)> {
    let all = schema["oneOf"].as_array().into_iter().flatten();
    all.filter_map(|variant| Some((variant["properties"][tag]["const"].as_str()?.to_owned(), variant.clone())))
        .collect()
}

fn fields(variant: &Value) -> Fields {
    let mut all = variant["properties"].as_object().cloned().unwrap_or_default();
    all.remove("verb");
    let required = variant["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    Fields { all, required: required.filter(|name| *name != "verb").map(str::to_owned).collect() }
}
