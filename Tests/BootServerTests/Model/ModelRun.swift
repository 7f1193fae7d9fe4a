// BootServerTests/Model: histories, and short ones that fail.
// SPDX-License-Identifier: Apache-2.0

/// Runs histories by chance.
enum ModelRun {
  /// What a history came to.
  struct Result {
    var actions: [ModelAction] = []
    var violation: ModelViolation?
    var counters = ModelCounters()
  }

  /// One history of so many steps.
  static func history(seed: Int, steps: Int) -> Result {
    var chooser = ModelChooser(seed: seed)
    let world = ModelWorld()
    var result = Result()
    func act(_ action: ModelAction) {
      result.actions.append(action)
      world.apply(action)
      world.counters.steps += 1
    }
    for action in chooser.beginning() { act(action) }
    while result.actions.count < steps, world.violation == nil { act(chooser.next(world)) }
    if world.violation == nil { act(.settle) }
    for action in [ModelAction.kill, .start] where world.violation == nil { act(action) }
    result.violation = world.violation
    result.counters = world.counters
    return result
  }

  /// The same once more.
  static func replay(_ actions: [ModelAction], telling: Bool = false) -> ModelWorld {
    let world = ModelWorld()
    if telling { world.story = [] }
    for action in actions where world.violation == nil { world.apply(action) }
    return world
  }

  /// The shortest history that goes wrong in the same way, as far as leaving actions out finds it.
  static func shortened(_ actions: [ModelAction], kind: String, tries: Int = 3000) -> [ModelAction]
  {
    var (best, left) = (actions, tries)
    func fails(_ actions: [ModelAction]) -> Bool {
      left -= 1
      return replay(actions).violation?.kind == kind
    }
    guard fails(best) else { return best }
    var size = best.count / 2
    while size > 0, left > 0 {
      var start = 0
      var isShorter = false
      while start < best.count, left > 0 {
        var shorter = best
        shorter.removeSubrange(start..<min(start + size, best.count))
        if fails(shorter) { (best, isShorter) = (shorter, true) } else { start += size }
      }
      if !isShorter || size > 1 { size /= 2 }
    }
    return best
  }

  /// A story for people.
  static func story(_ actions: [ModelAction]) -> String {
    let world = replay(actions, telling: true)
    return (world.story ?? []).joined(separator: "\n") + "\n=> "
      + (world.violation?.description ?? "nothing is wrong")
  }
}
