// Fuzz: what is read of upstreams, and of the images' own files.
// SPDX-License-Identifier: Apache-2.0

private let pinned = "988CC3B5F932C61F6CCBF2CF2FE2060370BFB916"

private let readers: [@Sendable ([UInt8]) -> Void] = [
  { checkRow($0) }, { checkListing($0, of: "flatcar") }, { checkListing($0, of: "debian") },
  { checkListing($0, of: "fedora-coreos") }, { checkListing($0, of: "ubuntu") },
  { checkDigests($0) },
  { checkStatus($0) }, { checkKeys($0) }, { checkManifest($0) }, { checkChannels($0) },
  { checkVersions($0) },
]

/// The first byte chooses the reader.
func checkImages(_ data: [UInt8]) {
  guard let first = data.first else { return }
  readers[Int(first) % readers.count](Array(data.dropFirst()))
}

private func checkSentence(_ error: some CustomStringConvertible) {
  let text = error.description
  let isOneLine = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
  require(isOneLine && !text.isEmpty, "a sentence is one line: \(text)")
}

/// What is taken can be saved, and every plan that it gives keeps to its folder.
private func checkRow(_ text: [UInt8]) {
  do throws(ImageFileError) {
    let row = try ImageSource(name: "x", file: "f", text: text)
    let again = try? ImageSource(name: "x", file: "f", text: Array(row.fileText.utf8))
    require(again == row, "a row can be saved: \(row)")
    for wanted in row.channels.prefix(2) + ["1.0"] {
      guard let plan = try? SourcePlan(row, wanted: wanted) else { continue }
      checkListing(Array("V=2.0\nhref=\"3.0/\"".utf8), plan)
    }
  } catch {
    checkSentence(error)
  }
}

private func checkListing(_ text: [UInt8], of os: String) {
  guard let source = ImageSource.named(os), let plan = try? SourcePlan(source) else {
    return require(false, "\(os) is built in")
  }
  checkListing(text, plan)
}

private func checkListing(_ text: [UInt8], _ plan: SourcePlan) {
  do throws(SourcePlanError) {
    let version = try plan.version(from: text)
    require(
      !plan.source.channels.contains(version.text) || plan.channel == nil, "no channel's word")
    checkDownloads(try plan.downloads(of: version, listing: text, diskImages: true), plan)
  } catch {
    checkSentence(error)
  }
}

private func checkDownloads(_ downloads: [ImageDownload], _ plan: SourcePlan) {
  var names: Set<String> = []
  for download in downloads {
    require(names.insert(download.name).inserted, "a name comes once: \(download.name)")
    require(RelativePath(Array(download.name.utf8)) != nil, "it stays below: \(download.name)")
    let isOurs = download.name.hasPrefix(SourcePlan.verifyFolder + "/")
    require(isOurs != download.isPromoted, "what is not promoted is apart: \(download.name)")
    require(!isOurs || !download.name.dropFirst(8).contains("/."), "no dot names: \(download.name)")
    if case .listed(let list, let name)? = download.digest {
      require(names.contains(list) && !name.isEmpty, "its digest file comes first")
    }
    require(!download.url.utf8.contains { $0 <= 0x20 || $0 >= 0x7f }, "a URL: \(download.url)")
  }
}

private func checkDigests(_ text: [UInt8]) {
  do throws(DigestError) {
    let list = try DigestList(name: "f", text)
    let digest = try list.digest(of: "k")
    require(digest.hex.utf8.count == 2 * digest.algorithm.size, "a whole digest")
    let hex = Array(digest.hex.utf8)
    let found = text.map { $0 >= 0x41 && $0 <= 0x46 ? $0 | 0x20 : $0 }
    require(found.split(separator: 0x0a).contains { contains($0, hex) }, "a digest of the text")
  } catch {
    checkSentence(error)
  }
}

private func contains(_ line: ArraySlice<UInt8>, _ part: [UInt8]) -> Bool {
  line.indices.contains { line[$0...].starts(with: part) }
}

/// Nothing counts that gpgv does not say of the pinned key.
private func checkStatus(_ text: [UInt8]) {
  let question = SignatureVerdict.Question(
    file: "f", os: "x", pinned: [pinned], keyURL: "https://h/k", now: 2_000_000_000)
  switch SignatureVerdict(text, question) {
  case .good(_, let expired):
    let lines = text.split(separator: 0x0a).map { String(decoding: $0, as: UTF8.self) }
    require(!expired, "an expired key does not count")
    require(lines.contains { $0.hasPrefix("[GNUPG:] GOODSIG ") }, "gpgv says that it is good")
    require(
      !lines.contains { $0.hasPrefix("[GNUPG:] NEWSIG") && $0.contains("BADSIG") }, "none is bad")
    require(
      lines.contains { $0.hasPrefix("[GNUPG:] VALIDSIG ") && $0.uppercased().contains(pinned) },
      "and by the pinned key")
  case .refused(let refusal): checkSentence(refusal)
  }
}

private func checkKeys(_ text: [UInt8]) {
  do throws(ArmorError) {
    let keys = try PublicKeys(text)
    require(keys.fingerprints.allSatisfy { $0.utf8.count == 40 }, "fingerprints have 40 digits")
    require((try? PublicKeys(keys.keyring)) == keys, "a keyring reads as what it was made of")
  } catch {
    require(error.line >= 1 && error.line <= text.count + 1, "the line is in the file: \(error)")
    checkSentence(error)
  }
}

private func checkManifest(_ text: [UInt8]) {
  do throws(ImageFileError) {
    let manifest = try ImageManifest(file: "f", text: text)
    let again = try? ImageManifest(file: "f", text: Array(manifest.fileText.utf8))
    require(again == manifest, "a manifest can be saved: \(manifest)")
    _ = manifest.size
  } catch {
    checkSentence(error)
  }
}

private func checkChannels(_ text: [UInt8]) {
  do throws(ImageFileError) {
    let channels = try ImageChannels(file: "f", text: text)
    let again = try? ImageChannels(file: "f", text: Array(channels.fileText.utf8))
    require(again == channels, "channels can be saved: \(channels)")
    for name in channels.names {
      var channel = channels[name]
      guard let current = channel.history.last else { continue }
      let length = channel.history.count
      guard let back = try? channel.rollBack(from: current, isThere: { _ in true }) else {
        continue
      }
      require(back != current && channel.history.count < length, "it goes back")
      require(channel.move(from: back, to: current) != .swings, "and stays away")
    }
  } catch {
    checkSentence(error)
  }
}

/// Versions are in one order, and names of folders.
private func checkVersions(_ text: [UInt8]) {
  let versions = text.split(separator: 0x0a).prefix(8)
    .compactMap { ImageVersion(String(decoding: $0, as: UTF8.self)) }
  for one in versions {
    require(RelativePath(Array(one.text.utf8)) != nil, "a version names a folder: \(one)")
    require(!(one < one), "nothing is below itself: \(one)")
    for two in versions {
      let orders = [one < two, two < one, one == two]
      require(orders.count { $0 } == 1, "of two versions one is below: \(one) \(two)")
      for three in versions where one < two && two < three {
        require(one < three, "the order goes on: \(one) \(two) \(three)")
      }
    }
  }
}
