// boot-bench: one figure of one server in one round.
// SPDX-License-Identifier: Apache-2.0

/// A value with its name; the same name comes from every server and in every round.
struct Reading: Sendable {
  let name: String
  let unit: Unit
  let value: Double
  /// What the project wants to reach; of the ratio unless it says otherwise.
  let goal: Goal

  init(_ name: String, _ unit: Unit, _ value: Double, goal: Goal = "") {
    self.name = name
    self.unit = unit
    self.value = value
    self.goal = goal
  }
}
