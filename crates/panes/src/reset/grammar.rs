//! The grammar of a printed reset: time, day and zone in any of the orders that clients print.

use chrono::NaiveTime;
use nom::branch::alt;
use nom::bytes::complete::{tag_no_case, take_till1, take_while_m_n};
use nom::character::complete::{char, multispace0};
use nom::combinator::{all_consuming, map, map_opt, map_res, opt, value};
use nom::sequence::{delimited, preceded, separated_pair};
use nom::{IResult, Parser};

/// A printed reset; each part is there or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Printed<'a> {
    pub(super) time: Option<NaiveTime>,
    pub(super) day: Option<Day>,
    pub(super) zone: Option<&'a str>,
}

/// A printed day. Whether the month has such a day is not checked here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    pub(super) year: Option<i32>,
    pub(super) month: u32,
    pub(super) day: u32,
}

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Reads the whole text, or nothing.
pub(super) fn printed(text: &str) -> Option<Printed<'_>> {
    let both = |(time, day)| (Some(time), Some(day));
    let mut grammar = all_consuming(delimited(
        multispace0,
        (
            alt((
                map((time, preceded(joint, day)), both),
                map((day, preceded(joint, alt((time, in_parentheses(time))))), |(day, time)| {
                    both((time, day))
                }),
                map(time, |time| (Some(time), None)),
                map(day, |day| (None, Some(day))),
            )),
            opt(preceded(multispace0, in_parentheses(take_till1(|c| c == ')')))),
        ),
        multispace0,
    ));
    let (_, ((time, day), zone)): (&str, _) = grammar.parse(text).ok()?;
    Some(Printed { time, day, zone: zone.map(str::trim) })
}

fn in_parentheses<'a, T>(
    inner: impl Parser<&'a str, Output = T, Error = nom::error::Error<&'a str>>,
) -> impl Parser<&'a str, Output = T, Error = nom::error::Error<&'a str>> {
    delimited((char('('), multispace0), inner, (multispace0, char(')')))
}

/// What stands between time and day; a capture may have lost its blanks.
fn joint(text: &str) -> IResult<&str, ()> {
    value((), (multispace0, opt(alt((tag_no_case("on"), tag_no_case("at"), tag_no_case(",")))), multispace0))
        .parse(text)
}

fn time(text: &str) -> IResult<&str, NaiveTime> {
    alt((time12, time24)).parse(text)
}

fn time24(text: &str) -> IResult<&str, NaiveTime> {
    map_opt(separated_pair(number(1, 2), char(':'), number(2, 2)), |(h, m)| NaiveTime::from_hms_opt(h, m, 0))
        .parse(text)
}

fn time12(text: &str) -> IResult<&str, NaiveTime> {
    let half = alt((value(0, tag_no_case("am")), value(12, tag_no_case("pm"))));
    map_opt(
        (number(1, 2), opt(preceded(char(':'), number(2, 2))), preceded(multispace0, half)),
        |(hour, minute, noon)| {
            let hour = (1..=12).contains(&hour).then_some(hour % 12 + noon)?;
            NaiveTime::from_hms_opt(hour, minute.unwrap_or(0), 0)
        },
    )
    .parse(text)
}

fn day(text: &str) -> IResult<&str, Day> {
    let with_year = || opt(preceded((multispace0, opt(char(',')), multispace0), year));
    let day_first = map((number(1, 2), preceded(multispace0, month), with_year()), |(day, month, year)| {
        Day { year, month, day }
    });
    let month_first = map(
        (month, delimited(multispace0, number(1, 2), opt(ordinal)), with_year()),
        |(month, day, year)| Day { year, month, day },
    );
    alt((day_first, month_first)).parse(text)
}

fn ordinal(text: &str) -> IResult<&str, &str> {
    alt((tag_no_case("st"), tag_no_case("nd"), tag_no_case("rd"), tag_no_case("th"))).parse(text)
}

fn month(text: &str) -> IResult<&str, u32> {
    map_opt(take_while_m_n(3, 3, |c: char| c.is_ascii_alphabetic()), |word: &str| {
        (1..).zip(MONTHS).find(|(_, name)| word.eq_ignore_ascii_case(name)).map(|(n, _)| n)
    })
    .parse(text)
}

/// A year has four digits, so that the hour of `Nov 24, 6:09am` is none.
fn year(text: &str) -> IResult<&str, i32> {
    map_res(take_while_m_n(4, 4, |c: char| c.is_ascii_digit()), str::parse).parse(text)
}

fn number<'a>(
    least: usize,
    most: usize,
) -> impl Parser<&'a str, Output = u32, Error = nom::error::Error<&'a str>> {
    map_res(take_while_m_n(least, most, |c: char| c.is_ascii_digit()), str::parse)
}
