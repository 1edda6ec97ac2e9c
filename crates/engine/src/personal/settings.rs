//! Settings of this member, by name.

use cremona_envelope::Time;
use cremona_model::edit::EditError;
use cremona_model::personal::{Key, MAX_SETTING, Place, Setting, value};
use cremona_store::{Read, Write};

use super::{register, registers, write};
use crate::ask::{self, Answer, Failure, Reason};
use crate::core::Core;
use crate::error::EngineError;
use crate::said;

/// What a setting says; `None` where it was never set, or taken back.
pub(crate) fn setting(read: &Read<'_>, setting: Setting) -> Result<Option<String>, EngineError> {
    let register = register(read, &Place::Setting(setting.name().to_owned()))?;
    Ok(register.and_then(|register| register.value).and_then(|value| value::read_text(&value)))
}

/// Sets, or takes back; whether that was news. The value's own form is for the caller to check.
pub(crate) fn set_setting(
    core: &mut Core,
    tx: &Write<'_>,
    setting: Setting,
    text: Option<&str>,
    now: Time,
) -> Result<bool, EngineError> {
    let text = text.map(str::trim).filter(|text| !text.is_empty());
    if let Some(text) = text {
        if text.len() > MAX_SETTING {
            return Err(EditError::Long { what: "setting", len: text.len(), limit: MAX_SETTING }.into());
        }
        if let Some(control) = text.chars().find(|c| c.is_control() && *c != '\n') {
            return Err(EditError::Control { what: "setting", code: u32::from(control) }.into());
        }
    }
    write(core, tx, Place::Setting(setting.name().to_owned()), text.map(value::text), now)
}

/// Sets by name; the answer is all settings.
pub(super) fn set(
    core: &mut Core,
    tx: &Write<'_>,
    name: &str,
    text: Option<&str>,
    now: Time,
) -> Result<Answer, EngineError> {
    let setting =
        Setting::from_name(name).ok_or_else(|| {
            let names: Vec<_> = Setting::ALL.into_iter().map(Setting::name).collect();
            let names = names.join(", ");
            Failure::new(Reason::Usage, format!("there is no setting {name:?}"), format!("there are {names}"))
                .named(said!("no-setting", name = name, names = names))
        })?;
    set_setting(core, tx, setting, text, now)?;
    list(tx)
}

/// Every setting that this version knows, and those of newer ones that were set.
pub(super) fn list(read: &Read<'_>) -> Result<Answer, EngineError> {
    let mut settings = Vec::new();
    for known in Setting::ALL {
        settings.push(ask::SettingLine { name: known.name().to_owned(), value: setting(read, known)? });
    }
    for (place, register) in registers(read, Key::SETTING)? {
        if let Place::Setting(name) = place
            && Setting::from_name(&name).is_none()
            && let Some(value) = register.value.as_deref().and_then(value::read_text)
        {
            settings.push(ask::SettingLine { name, value: Some(value) });
        }
    }
    Ok(Answer::Settings(ask::Settings { settings }))
}
