//! What an operator may tune.

use cairn_s3::address::{AddressStyles, Addressing, AddressingError};
use cairn_s3::auth::{AuthSettings, SigV2};

use crate::limits::CONNECTIONS_DEFAULT;

/// Settings of a gateway.
#[derive(Clone, Debug)]
pub struct GatewaySettings {
    pub(crate) region: String,
    pub(crate) addressing: Addressing,
    pub(crate) auth: AuthSettings,
    pub(crate) connections_max: usize,
    pub(crate) encrypt_all: EncryptAll,
    pub(crate) insecure_sse_c: InsecureSseC,
}

/// Whether objects are encrypted where neither request nor bucket asks for it.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum EncryptAll {
    /// With the cluster's key.
    On,
    /// They are not.
    #[default]
    Off,
}

/// Where customers may send their keys without TLS.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum InsecureSseC {
    /// To every listener.
    Always,
    /// To listeners that only this machine reaches.
    #[default]
    OnLoopback,
    /// Nowhere.
    Never,
}

/// Settings that no gateway can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum GatewaySettingsError {
    /// Not a name that fits into headers and signatures.
    #[error("'{0}' is not a region: want 1 to 64 of a-z, 0-9 and -")]
    Region(String),
    /// The domains and styles do not fit together.
    #[error("domains and address styles")]
    Addressing(#[source] AddressingError),
    /// No connection could be served.
    #[error("at least one connection must be allowed")]
    Connections,
}

impl GatewaySettings {
    /// Checked settings of a region; everything else has its default.
    pub fn new(region: &str) -> Result<Self, GatewaySettingsError> {
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !(1..=64).contains(&region.len()) || !region.bytes().all(good) {
            return Err(GatewaySettingsError::Region(region.to_owned()));
        }
        Ok(Self {
            region: region.to_owned(),
            addressing: Addressing::default(),
            auth: AuthSettings { region: region.to_owned(), sigv2: SigV2::default() },
            connections_max: CONNECTIONS_DEFAULT,
            encrypt_all: EncryptAll::default(),
            insecure_sse_c: InsecureSseC::default(),
        })
    }

    /// Domains under which buckets are virtual hosts, and the styles that are taken.
    pub fn with_addressing(
        mut self,
        domains: impl IntoIterator<Item = String>,
        styles: AddressStyles,
    ) -> Result<Self, GatewaySettingsError> {
        self.addressing = Addressing::new(domains, styles).map_err(GatewaySettingsError::Addressing)?;
        Ok(self)
    }

    /// Where signatures of version 2 are taken.
    #[must_use]
    pub fn with_sigv2(mut self, sigv2: SigV2) -> Self {
        self.auth.sigv2 = sigv2;
        self
    }

    /// Whether everything is encrypted.
    #[must_use]
    pub fn with_encrypt_all(mut self, encrypt_all: EncryptAll) -> Self {
        self.encrypt_all = encrypt_all;
        self
    }

    /// Where customers' keys are taken without TLS.
    #[must_use]
    pub fn with_insecure_sse_c(mut self, insecure_sse_c: InsecureSseC) -> Self {
        self.insecure_sse_c = insecure_sse_c;
        self
    }

    /// Connections served at once.
    pub fn with_connections_max(mut self, connections_max: usize) -> Result<Self, GatewaySettingsError> {
        if connections_max == 0 {
            return Err(GatewaySettingsError::Connections);
        }
        self.connections_max = connections_max;
        Ok(self)
    }

    /// The region.
    pub fn region(&self) -> &str {
        &self.region
    }
}

#[cfg(test)]
mod tests {
    use cairn_s3::address::AddressStyles;

    use super::{GatewaySettings, GatewaySettingsError};

    #[test]
    fn settings_that_no_gateway_can_have_are_refused() {
        for region in ["", "US", "a b", &"r".repeat(65)] {
            assert_eq!(GatewaySettings::new(region).err(), Some(GatewaySettingsError::Region(region.to_owned())));
        }
        let settings = GatewaySettings::new("eu-central-1").unwrap();
        assert_eq!(settings.region(), "eu-central-1");
        assert!(settings.clone().with_addressing([], AddressStyles::VirtualHostedOnly).is_err());
        assert_eq!(settings.with_connections_max(0).err(), Some(GatewaySettingsError::Connections));
    }
}
