import USplit

/// What files say about who wrote them.
enum Software {
  static let name = "usplit \(USplit.version)"
}
