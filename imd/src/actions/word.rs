//! Words that two parts of the house have in common, each in a type of its own.

/// Has the same meaning in the type `T`.
pub(in crate::actions) trait Word<T> {
    /// In the other's type.
    fn word(self) -> T;
}

/// `A => B`: each variant of `A` is the one of that name in `B`; `A = B`: and the other way round.
macro_rules! same_words {
    ($($from:path => $to:path { $($variant:ident),+ })+) => {$(
        impl $crate::actions::word::Word<$to> for $from {
            fn word(self) -> $to {
                match self { $(<$from>::$variant => <$to>::$variant),+ }
            }
        }
    )+};
    ($($one:path = $other:path { $($variant:ident),+ })+) => {
        $crate::actions::word::same_words! { $($one => $other { $($variant),+ } $other => $one { $($variant),+ })+ }
    };
}
pub(in crate::actions) use same_words;
