import Foundation

/// A request that cannot be fulfilled, with the sentence for the user.
package struct RequestError: Error, Sendable {
  /// The status code, such as 404.
  package let status: Int
  /// What is wrong and what to do.
  package let sentence: String
  /// Further header fields of the answer.
  var headers: [(name: String, value: String)] = []

  /// Makes an error from its status code and its sentence.
  init(_ status: Int, _ sentence: String) {
    self.status = status
    self.sentence = sentence
  }
}

extension RequestError {
  /// The error as JSON.
  var response: Response {
    struct Content: Encodable { let error: String }
    // Text can always be encoded; the fallback keeps the client from waiting.
    var response =
      (try? Response.json(Content(error: sentence), status: status))
      ?? Response(status: status, type: "application/json", Data(#"{"error":"unknown"}"#.utf8))
    response.headers += headers
    return response
  }

  /// The error as a small page, for people who follow a link.
  var page: Response {
    let text = sentence.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    let html = """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width">
      <title>usplit</title>
      <style>body { font: 16px/1.5 system-ui, sans-serif; margin: 15vh auto; max-width: 34em; \
      padding: 0 1em; color-scheme: light dark }</style>
      <h1>usplit</h1>
      <p>\(text)</p>
      </html>

      """
    return Response(
      status: status, type: "text/html; charset=utf-8", Data(html.utf8),
      headers: [("Cache-Control", "no-store")] + headers)
  }
}
