//! What the lexer has to know of each language.

/// How a language is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Words, texts, comments.
    Words,
    /// Tags with attributes.
    Tags,
    /// Lines that came and went.
    Difference,
}

/// A text from one mark to another.
#[derive(Debug, Clone, Copy)]
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// Whether what follows a backslash is not its end.
    pub(super) escapes: bool,
    pub(super) reach: Reach,
}

/// How far a text may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// One letter: where there is more, the mark is something else.
    Letter,
    Line,
    Lines,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Language {
    pub(super) shape: Shape,
    /// What a comment begins with that ends with its line.
    pub(super) line: &'static [&'static str],
    /// What other comments begin and end with.
    pub(super) block: Option<(&'static str, &'static str)>,
    /// The longest mark first, of those that begin alike.
    pub(super) quotes: &'static [Quote],
    /// With a space between.
    pub(super) keywords: &'static str,
    /// Whether those may be written in capitals.
    pub(super) folds: bool,
    /// Whether words that begin with a capital are types.
    pub(super) types: bool,
    /// What stands behind the name of a field.
    pub(super) names: Option<u8>,
    /// Whether words have hyphens.
    pub(super) hyphens: bool,
}

const fn quote(mark: &'static str, escapes: bool, reach: Reach) -> Quote {
    Quote { open: mark, close: mark, escapes, reach }
}

const DOUBLE: Quote = quote("\"", true, Reach::Line);
const SINGLE: Quote = quote("'", true, Reach::Line);
const LETTER: Quote = quote("'", true, Reach::Letter);
const TICKS: Quote = quote("`", true, Reach::Lines);
const THREE: Quote = quote("\"\"\"", true, Reach::Lines);

const PLAIN: Language = Language {
    shape: Shape::Words,
    line: &[],
    block: None,
    quotes: &[DOUBLE, SINGLE],
    keywords: "",
    folds: false,
    types: false,
    names: None,
    hyphens: false,
};
/// Of the family of C.
const BRACES: Language =
    Language { line: &["//"], block: Some(("/*", "*/")), quotes: &[DOUBLE, LETTER], types: true, ..PLAIN };
const SCRIPT: Language = Language { line: &["#"], ..PLAIN };

macro_rules! languages {
    ($($names:literal => $language:expr;)*) => {
        pub(super) static NAMES: &[&str] = &[$($names),*];
        pub(super) static LANGUAGES: &[Language] = &[$($language),*];
    };
}

languages! {
    "rust rs" => Language {
        quotes: &[
            Quote { open: "r#\"", close: "\"#", escapes: false, reach: Reach::Lines },
            quote("\"", true, Reach::Lines),
            LETTER,
        ],
        keywords: "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match \
                   mod move mut pub ref return self Self static struct super trait true type unsafe use where while bool \
                   char str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64",
        ..BRACES
    };
    "javascript js jsx mjs typescript ts tsx" => Language {
        quotes: &[DOUBLE, SINGLE, TICKS],
        keywords: "abstract any as async await boolean break case catch class const continue debugger declare default \
                   delete do else enum export extends false finally for from function get if implements import in \
                   instanceof interface keyof let namespace never new null number of private protected public readonly \
                   return set static string super switch this throw true try type typeof undefined unknown var void \
                   while with yield",
        ..BRACES
    };
    "python py" => Language {
        quotes: &[THREE, quote("'''", true, Reach::Lines), DOUBLE, SINGLE],
        keywords: "and as assert async await break case class continue def del elif else except False finally for from \
                   global if import in is lambda match None nonlocal not or pass raise return self True try while with \
                   yield",
        types: true,
        ..SCRIPT
    };
    "bash sh shell zsh console" => Language {
        quotes: &[quote("\"", true, Reach::Lines), quote("'", false, Reach::Lines)],
        keywords: "case do done elif else esac export fi for function if in local return select set then until while \
                   source exit cd echo sudo",
        hyphens: true,
        ..SCRIPT
    };
    "c h cpp c++ cc hpp cxx" => Language {
        keywords: "alignas auto bool break case catch char class const consteval constexpr continue default delete do \
                   double else enum explicit extern false final float for friend goto if inline int long mutable \
                   namespace new noexcept nullptr operator override private protected public register return short \
                   signed sizeof static static_cast struct switch template this throw true try typedef typename union \
                   unsigned using virtual void volatile while size_t NULL",
        ..BRACES
    };
    "csharp cs c#" => Language {
        quotes: &[THREE, Quote { open: "@\"", close: "\"", escapes: false, reach: Reach::Lines }, DOUBLE, LETTER],
        keywords: "abstract as async await base bool break byte case catch char class const continue decimal default do \
                   double else enum event false finally float for foreach get if in init int interface internal is lock \
                   long namespace new null object out override params private protected public readonly record ref \
                   return sealed set static string struct switch this throw true try typeof uint using var virtual void \
                   when where while yield",
        ..BRACES
    };
    "java kotlin kt scala" => Language {
        quotes: &[THREE, DOUBLE, LETTER],
        keywords: "abstract as boolean break by byte case catch char class companion const continue data def default do \
                   double else enum extends false final finally float for fun given if implements import in instanceof \
                   int interface internal is lateinit long match new null object open override package private protected \
                   public record return sealed short static super suspend switch synchronized this throw throws trait \
                   true try type val var void volatile when while with yield",
        ..BRACES
    };
    "go golang" => Language {
        quotes: &[DOUBLE, LETTER, quote("`", false, Reach::Lines)],
        keywords: "any bool break byte case chan const continue default defer else error fallthrough false float32 \
                   float64 for func go goto if import int int32 int64 interface iota map nil package range return rune \
                   select string struct switch true type uint uint64 uint8 var",
        ..BRACES
    };
    "swift" => Language {
        quotes: &[THREE, DOUBLE],
        keywords: "actor as async await break case catch class continue default defer deinit do else enum extension \
                   false fileprivate final for func get guard if import in init inout internal is let mutating nil \
                   override private protocol public return self Self set some static struct subscript super switch \
                   throw throws true try typealias var where while",
        ..BRACES
    };
    "php" => Language {
        line: &["//", "#"],
        quotes: &[quote("\"", true, Reach::Lines), quote("'", true, Reach::Lines)],
        keywords: "abstract and array as break case catch class clone const continue declare default do echo else elseif \
                   empty enum extends false final finally fn for foreach function global if implements include \
                   instanceof int interface isset match namespace new null or parent print private protected public \
                   readonly require require_once return self static string switch this throw trait true try unset use \
                   var void while yield",
        ..BRACES
    };
    "ruby rb" => Language {
        keywords: "alias and begin break case class def do else elsif end ensure extend false for if in include module \
                   next nil not or private protected public raise redo require rescue retry return self super then true \
                   undef unless until when while yield attr_accessor attr_reader",
        types: true,
        ..SCRIPT
    };
    "lua" => Language {
        line: &["--"],
        block: Some(("--[[", "]]")),
        keywords: "and break do else elseif end false for function goto if in local nil not or repeat return then true \
                   until while",
        ..PLAIN
    };
    "sql postgres postgresql psql mysql sqlite" => Language {
        line: &["--"],
        block: Some(("/*", "*/")),
        quotes: &[quote("'", false, Reach::Lines), quote("\"", false, Reach::Line)],
        keywords: "add all alter and as asc begin between bigint boolean by cascade case check column commit conflict \
                   constraint create cross database default delete desc distinct do drop else end exists explain false \
                   foreign from full function grant group having if in index inner insert int integer into is join json \
                   jsonb key lateral left like limit materialized not null numeric offset on or order outer over \
                   partition primary references returning right rollback select serial set table text then timestamp \
                   timestamptz to transaction trigger true union unique update using uuid values varchar view when where \
                   with",
        folds: true,
        ..PLAIN
    };
    "json jsonc json5" => Language {
        line: &["//"],
        block: Some(("/*", "*/")),
        keywords: "true false null",
        names: Some(b':'),
        ..PLAIN
    };
    "yaml yml" => Language { keywords: "true false null yes no on off", names: Some(b':'), hyphens: true, ..SCRIPT };
    "toml ini conf properties" => Language {
        line: &["#", ";"],
        quotes: &[THREE, quote("'''", false, Reach::Lines), DOUBLE, quote("'", false, Reach::Line)],
        keywords: "true false on off",
        names: Some(b'='),
        hyphens: true,
        ..SCRIPT
    };
    "css scss less" => Language {
        block: Some(("/*", "*/")),
        keywords: "important inherit initial none auto unset and not only",
        names: Some(b':'),
        hyphens: true,
        ..PLAIN
    };
    "dockerfile docker" => Language {
        keywords: "ADD ARG AS CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL RUN SHELL STOPSIGNAL USER VOLUME \
                   WORKDIR",
        hyphens: true,
        ..SCRIPT
    };
    "makefile make cmake" => Language {
        keywords: "define else endef endif export ifdef ifeq ifndef ifneq include",
        names: Some(b':'),
        ..SCRIPT
    };
    "html xml svg vue htm" => Language { shape: Shape::Tags, ..PLAIN };
    "diff patch" => Language { shape: Shape::Difference, ..PLAIN };
}
