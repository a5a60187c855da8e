//! The names of the settings that messages point at: an option has another name than the key of a jobs file.

use std::borrow::Cow;

use crate::message::{Language, Word};

/// Where the settings of a web are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SettingsPlace {
    /// Options of the command line.
    #[default]
    CommandLine,
    /// Keys of a jobs file, for what a job fetches.
    JobsFile,
    /// Keys of a jobs file, for webhooks and pings.
    Notifications,
}

/// A setting that messages point at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// Networks that may be connected to.
    AllowNet,
    /// Ports that may be connected to.
    AllowPort,
    /// The largest size.
    MaxBytes,
    /// Whether `robots.txt` is heeded.
    Robots,
}

/// The name of a setting where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SettingName {
    /// The setting.
    pub setting: Setting,
    /// Where it is written.
    pub place: SettingsPlace,
}

impl From<Setting> for SettingName {
    fn from(setting: Setting) -> Self {
        Self { setting, place: SettingsPlace::default() }
    }
}

impl Word for SettingName {
    fn word(&self, language: Language) -> Cow<'_, str> {
        let key = match (self.setting, self.place) {
            (Setting::AllowNet, SettingsPlace::CommandLine) => return Cow::Borrowed("--allow-net"),
            (Setting::AllowPort, SettingsPlace::CommandLine) => return Cow::Borrowed("--allow-port"),
            (Setting::MaxBytes, SettingsPlace::CommandLine) => return Cow::Borrowed("--max-bytes"),
            (Setting::Robots, SettingsPlace::CommandLine) => return Cow::Borrowed("--ignore-robots"),
            // What is told goes to the networks that are named beside it, and to no others.
            (Setting::AllowNet, SettingsPlace::Notifications) => "notifications.allow-net",
            (Setting::AllowNet, SettingsPlace::JobsFile) => "web.allow-net",
            (Setting::AllowPort, _) => "web.ports",
            (Setting::MaxBytes, _) => "limits.max-bytes",
            (Setting::Robots, _) => "web.robots = \"ignore\"",
        };
        Cow::Owned(match language {
            Language::English => format!("{key} in the jobs file"),
            Language::Chinese => format!("任务文件中的 {key}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::acquire::web::WebError;
    use crate::acquire::web::setting::{Setting, SettingsPlace};
    use crate::message::{Describe, Language};

    #[test]
    fn a_setting_is_named_as_it_is_written_where_it_can_be_changed() {
        let error =
            || WebError::NotPublic { address: "10.0.0.1".to_owned(), setting: Setting::AllowNet.into() };
        assert_eq!(error().to_string(), "10.0.0.1 is no public address (--allow-net)");
        let told = |place| error().settled_at(place).describe(Language::Chinese);
        assert_eq!(told(SettingsPlace::JobsFile), "10.0.0.1 不是公网地址（任务文件中的 web.allow-net）");
        assert_eq!(
            told(SettingsPlace::Notifications),
            "10.0.0.1 不是公网地址（任务文件中的 notifications.allow-net）"
        );
        let port = WebError::Port { port: 8801, setting: Setting::AllowPort.into() };
        assert_eq!(
            port.settled_at(SettingsPlace::JobsFile).to_string(),
            "port 8801 is not allowed (web.ports in the jobs file)"
        );
    }
}
