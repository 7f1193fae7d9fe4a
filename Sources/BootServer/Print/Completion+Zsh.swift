// BootServer/Print: completion for zsh.
// SPDX-License-Identifier: Apache-2.0

extension Completion {
  /// `print completion zsh`.
  static var zsh: PrintedFile {
    let place = "/usr/local/share/zsh/site-functions/_coreos-ipxe-server"
    return PrintedFile(
      path: place, comment: .hashBelowFirst,
      about: [
        "Completion of coreos-ipxe-server for zsh.",
        "Where: \(place), or in ~/.zshrc, behind compinit:"
          + " source <(coreos-ipxe-server print completion zsh)",
        "See that it works, in a new shell: coreos-ipxe-server machines <TAB>",
      ],
      body: zshBody)
  }

  private static var zshBody: String {
    """
    #compdef coreos-ipxe-server

    _coreos_ipxe_server() {
      local verb='' line='' flag='' word
      local -a found
      for word in "${(@)words[2,CURRENT-1]}"; do
        if [[ -n $flag ]]; then
          flag=''
          continue
        fi
        case $word in
          (\(valuedFlags.joined(separator: "|"))) flag=$word ;;
          (-*) ;;
          (*)
            case "${line:+$line }$word" in
              (\(verbPattern))
                verb="${line:+$line }$word" line=$verb
                ;;
              (*) line="$line $word" ;;
            esac
            ;;
        esac
      done
      if [[ -z $flag && $PREFIX == --*=* ]]; then
        flag=${PREFIX%%=*}
        compset -P '*='
      fi

      if [[ -n $flag ]]; then
        case "$verb $flag" in
    \(zshCases(values))
          (*) _message value ;;
        esac
      elif [[ $PREFIX == -* ]]; then
        case $verb in
    \(zshOptions)
        esac
        _describe -o option found
      else
        case $line in
    \(zshVerbs)
    \(zshCases(operands))
        esac
      fi
    }

    if [[ ${funcstack[1]} == _coreos-ipxe-server ]]; then
      _coreos_ipxe_server "$@"
    else
      compdef _coreos_ipxe_server coreos-ipxe-server
    fi

    """
  }

  private static var zshOptions: String {
    Verb.table.map { verb in
      let rows = verb.allOptions.map { "          " + described($0.flag, $0.meaning) }
      return "      ('\(verb.name)')\n\(zshArray(rows)) ;;"
    }.joined(separator: "\n")
  }

  private static var zshVerbs: String {
    groups.map { group in
      let rows = group.members.map { "          " + described($0.words.last ?? "", $0.meaning) }
      return "      ('\(group.name)')\n\(zshArray(rows))\n        _describe verb found ;;"
    }.joined(separator: "\n")
  }

  private static func zshArray(_ rows: [String]) -> String {
    "        found=(\n\(rows.joined(separator: "\n"))\n        )"
  }

  private static func zshCases(_ places: [Place]) -> String {
    places.map { place in
      let action =
        switch place.offer {
        case .words(let words): "compadd -- \(words.joined(separator: " "))"
        case .file: "_files"
        case .directory: "_files -/"
        case .nothing: ":"
        }
      return "      (\(place.pattern)) \(action) ;;"
    }.joined(separator: "\n")
  }

  /// A word and what it means, as `_describe` takes them.
  private static func described(_ word: String, _ meaning: String) -> String {
    "'" + "\(word):\(meaning)".replacing("'", with: "'\\''") + "'"
  }
}
