//! Heads of forms, fed in pieces of several sizes.

use super::{FormError, FormHeadReader};

const TYPE: &str = "multipart/form-data; boundary=b1";

fn field(name: &str, value: &str) -> String {
    format!("--b1\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

fn file(name: &str) -> String {
    format!("--b1\r\nContent-Disposition: form-data; name=\"file\"{name}\r\nContent-Type: a/b\r\n\r\n")
}

/// `expected` is fields, the file's name and where its content begins, shortly.
fn check(body: &str, expected: Result<&str, FormError>) {
    for step in [body.len().max(1), 1, 7] {
        let found = read(body, step);
        assert_eq!(found.as_deref(), expected.as_deref(), "{body} in steps of {step}");
    }
}

fn read(body: &str, step: usize) -> Result<String, FormError> {
    let mut reader = FormHeadReader::new(TYPE)?;
    let mut fed = 0;
    for bytes in body.as_bytes().chunks(step) {
        fed += bytes.len();
        if let Some(head) = reader.feed(bytes)? {
            let fields: Vec<String> = head
                .fields
                .iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            let start = usize::try_from(head.content_start).unwrap();
            assert_eq!(start + head.rest.len(), fed);
            return Ok(format!(
                "{} file={} rest={}",
                fields.join(" "),
                head.file_name,
                body.get(start..).unwrap()
            ));
        }
    }
    Err(reader.ended())
}

#[test]
fn fields_are_read_up_to_the_file() {
    check(
        &format!(
            "{}{}{}abc\r\n--b1--\r\n",
            field("key", "a/b"),
            field("Policy", ""),
            file("; filename=\"x.txt\"")
        ),
        Ok("key=a/b Policy= file=x.txt rest=abc\r\n--b1--\r\n"),
    );
    check(
        &format!("{}{}", field("key", "a\r\n--b\r\nc"), file("")),
        Ok("key=a\r\n--b\r\nc file= rest="),
    );
}

#[test]
fn the_name_of_the_file_is_put_in_without_its_path() {
    check(
        &format!(
            "{}{}",
            field("key", "u/${filename}"),
            file("; filename=\"C:\\dir\\x.txt\"")
        ),
        Ok("key=u/x.txt file=x.txt rest="),
    );
    check(
        &format!("{}{}", field("key", "u/${filename}"), file("; filename=\"/a/y\"")),
        Ok("key=u/y file=y rest="),
    );
    check(
        &format!("{}{}", field("key", "u/${filename}"), file("")),
        Ok("key=u/ file= rest="),
    );
    check(
        &format!("{}{}", field("key", "u"), file("; filename=\"${filename}\"")),
        Err(FormError::Malformed("the name of the file is a placeholder")),
    );
}

#[test]
fn what_is_not_a_form_is_refused() {
    let malformed = |reason| Err(FormError::Malformed(reason));
    check("", malformed("it ends before its file begins"));
    check(
        "preamble\r\n--b1",
        malformed("it does not begin with its boundary"),
    );
    check("--b1--\r\n", Err(FormError::NoFile));
    check(
        &format!("{}--b1--\r\n", field("key", "k")),
        Err(FormError::NoFile),
    );
    check("--b12\r\nx", malformed("a delimiter does not end its line"));
    check(
        "--b1\r\nContent-Disposition: form-data\r\n\r\n",
        malformed("a part has no name"),
    );
    check(
        "--b1\r\nContent-Disposition: file; name=\"file\"\r\n\r\n",
        malformed("a part is not form data"),
    );
    check(
        "--b1\r\nContent-Type: a/b\r\n\r\n",
        malformed("a part has no content disposition"),
    );
    check(
        "--b1\r\nnothing\r\n\r\n",
        malformed("a part has a header without a name"),
    );
    check(
        &format!("{}{}{}", field("key", "a"), field("KEY", "b"), file("")),
        Err(FormError::Twice("KEY".into())),
    );
}

#[test]
fn what_comes_before_the_file_is_bounded() {
    check(
        &format!("{}{}", field("key", &"x".repeat(20_477)), file("")),
        Ok(&format!("key={} file= rest=", "x".repeat(20_477))),
    );
    check(
        &format!("{}{}", field("key", &"x".repeat(20_478)), file("")),
        Err(FormError::FieldsTooLong),
    );
    let many: String = (0..257).map(|number| field(&number.to_string(), "")).collect();
    check(&format!("{many}{}", file("")), Err(FormError::FieldsTooLong));
    check(
        &format!("--b1\r\n{}", "x".repeat(50_000)),
        Err(FormError::FieldsTooLong),
    );
}

#[test]
fn the_content_type_has_to_be_that_of_a_form() {
    let check = |content_type, expected| {
        assert_eq!(
            FormHeadReader::new(content_type).map(|_| ()),
            expected,
            "{content_type}"
        );
    };
    check("multipart/form-data; boundary=\"a b\"", Ok(()));
    check("Multipart/Form-Data;boundary=----WebKitFormBoundaryx", Ok(()));
    check("text/html", Err(FormError::NotAForm));
    check(
        "multipart/form-data",
        Err(FormError::Malformed("the content type has no boundary")),
    );
    check(
        "multipart/form-data; boundary=\"\"",
        Err(FormError::Malformed("the boundary is none")),
    );
}
