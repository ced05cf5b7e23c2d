//! The properties of an object, as a service returned them. A property that is missing or has another type counts as
//! absent, not as an error: services gain and lose properties with their versions.

use std::collections::HashMap;

use zbus::{OwnedObjectPath, OwnedVariant};

#[derive(Debug)]
pub(super) struct Props(HashMap<String, OwnedVariant>);

impl Props {
    pub(super) fn new(values: HashMap<String, OwnedVariant>) -> Self {
        Self(values)
    }

    /// A value of exactly this type.
    pub(super) fn take<T: TryFrom<OwnedVariant>>(&mut self, name: &str) -> Option<T> {
        T::try_from(self.0.remove(name)?).ok()
    }

    /// A text that is not empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let text = <&str>::try_from(self.0.get(name)?).ok()?;
        (!text.is_empty()).then(|| text.to_owned())
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        bool::try_from(self.0.get(name)?).ok()
    }

    pub(super) fn number(&self, name: &str) -> Option<u32> {
        u32::try_from(self.0.get(name)?).ok()
    }

    /// The path of another object; the root path means none.
    pub(super) fn object(&mut self, name: &str) -> Option<OwnedObjectPath> {
        self.take::<OwnedObjectPath>(name).filter(|path| path.as_str() != "/")
    }
}
