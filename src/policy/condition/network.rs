//! Addresses in conditions.

use std::net::IpAddr;

use crate::context::Value;

/// The addresses that begin with the same bits: `10.0.0.0/8`, `2001:db8::/32`, or one address.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Network {
    base: IpAddr,
    prefix_bits: u32,
}

impl Network {
    /// `None` for what is no network. Bits of the address below the prefix are ignored, as AWS does.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (base, prefix) = match text.split_once('/') {
            Some((base, prefix)) => (base, Some(prefix)),
            None => (text, None),
        };
        let base = base.parse::<IpAddr>().ok()?;
        let bits_max = if base.is_ipv4() { 32 } else { 128 };
        let prefix_bits = match prefix {
            None => bits_max,
            Some(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => text.parse().ok()?,
            Some(_) => return None,
        };
        (prefix_bits <= bits_max).then_some(Self { base, prefix_bits })
    }

    /// Whether `address` is one of its.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        match (self.base, address) {
            (IpAddr::V4(base), IpAddr::V4(address)) => {
                (base.to_bits() ^ address.to_bits()).checked_shr(32 - self.prefix_bits).unwrap_or(0) == 0
            }
            (IpAddr::V6(base), IpAddr::V6(address)) => {
                (base.to_bits() ^ address.to_bits()).checked_shr(128 - self.prefix_bits).unwrap_or(0) == 0
            }
            _ => false,
        }
    }

    /// Whether it is so wide that S3 takes it for the whole world: wider than `/8`, or `/32` of IPv6.
    pub(crate) fn is_very_broad(&self) -> bool {
        self.prefix_bits < if self.base.is_ipv4() { 8 } else { 32 }
    }
}

/// A request's value as an address; IPv4 inside IPv6 is IPv4.
pub(super) fn address_of(value: &Value<'_>) -> Option<IpAddr> {
    let address = match value {
        Value::Address(address) => *address,
        other => other.text().parse().ok()?,
    };
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::{Network, Value, address_of};

    fn holds(network: &str, address: &str) -> bool {
        let address = address_of(&Value::from(address)).expect("an address");
        Network::parse(network).expect("a network").contains(address)
    }

    #[test]
    fn a_network_holds_the_addresses_with_its_first_bits() {
        assert!(holds("54.240.143.0/24", "54.240.143.255") && !holds("54.240.143.0/24", "54.240.144.0"));
        assert!(holds("0.0.0.0/0", "255.255.255.255") && holds("::/0", "2001:db8::1"));
        assert!(holds("10.1.2.3", "10.1.2.3") && !holds("10.1.2.3", "10.1.2.4"));
        assert!(holds("2001:DB8:1234:5678::/64", "2001:db8:1234:5678::9") && !holds("2001:db8::/64", "2001:db8:0:1::"));
        assert!(holds("10.0.0.0/8", "::ffff:10.9.9.9") && !holds("::/0", "10.0.0.1") && !holds("0.0.0.0/0", "::1"));
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in
            ["", "10.0.0", "10.0.0.0/33", "10.0.0.0/", "::/129", "10.0.0.0/+8", "10.0.0.0/8/8", "localhost", "*"]
        {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
