//! STS.

use cairn_types::AccountId;
use http::StatusCode;

use super::Response;
use crate::error::S3Error;
use crate::xml::XmlWriter;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Who signed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct GetCallerIdentityOutput {
    /// The principal's ARN.
    pub arn: String,
    /// The principal's id.
    pub user_id: String,
    /// The account.
    pub account: AccountId,
}

impl GetCallerIdentityOutput {
    /// The answer.
    pub fn into_response(self, request_id: &str) -> Response {
        let mut xml = XmlWriter::in_namespace("GetCallerIdentityResponse", NAMESPACE);
        xml.open("GetCallerIdentityResult").text("Arn", &self.arn).text("UserId", &self.user_id);
        xml.value("Account", self.account).close();
        xml.open("ResponseMetadata").text("RequestId", request_id).close();
        let mut response = Response::xml(StatusCode::OK, xml.finish());
        response.head.text("content-type", "text/xml");
        response.head.text("x-amzn-requestid", request_id);
        response
    }
}

/// An error in the form that clients of STS read.
pub fn sts_error_response(error: &S3Error, request_id: &str) -> Response {
    let status = error.code.status();
    let mut xml = XmlWriter::in_namespace("ErrorResponse", NAMESPACE);
    let side = if status.is_server_error() { "Receiver" } else { "Sender" };
    xml.open("Error").text("Type", side).text("Code", error.code.as_str()).text("Message", &error.message).close();
    xml.text("RequestId", request_id);
    let mut response = Response::xml(status, xml.finish());
    response.head.text("content-type", "text/xml");
    response.head.text("x-amzn-requestid", request_id);
    response
}

#[cfg(test)]
mod tests {
    use cairn_types::AccountId;

    use super::{GetCallerIdentityOutput, sts_error_response};
    use crate::error::{S3Error, S3ErrorCode};

    #[test]
    fn sts_answers_in_its_own_forms() {
        let output = GetCallerIdentityOutput {
            arn: "arn:aws:iam::000000000007:root".into(),
            user_id: "000000000007".into(),
            account: AccountId { number: 7 },
        };
        let response = output.into_response("R");
        assert!(response.document_text().contains(
            "<GetCallerIdentityResult><Arn>arn:aws:iam::000000000007:root</Arn><UserId>000000000007</UserId>\
             <Account>000000000007</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>R</RequestId>"
        ));
        let error = sts_error_response(&S3Error::new(S3ErrorCode::NotImplemented), "R");
        assert_eq!(error.head.status.as_u16(), 501);
        assert!(error.document_text().contains("<Error><Type>Receiver</Type><Code>NotImplemented</Code>"));
    }
}
