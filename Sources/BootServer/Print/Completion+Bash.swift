// BootServer/Print: completion for bash.
// SPDX-License-Identifier: Apache-2.0

extension Completion {
  /// `print completion bash`; bash 4 on, and nothing else.
  static var bash: PrintedFile {
    let place = "/usr/share/bash-completion/completions/coreos-ipxe-server"
    return PrintedFile(
      path: place, comment: .hash,
      about: [
        "Completion of coreos-ipxe-server for bash.",
        "Where: \(place), or in ~/.bashrc:"
          + " source <(coreos-ipxe-server print completion bash)",
        "See that it works: coreos-ipxe-server machines <TAB><TAB>",
      ],
      body: bashWalk + bashOffers)
  }

  /// What the words before the cursor say.
  private static var bashWalk: String {
    """

    _coreos_ipxe_server() {
      local cur=${COMP_WORDS[COMP_CWORD]} verb='' line='' flag='' joined='' words='' kind='' word i
      COMPREPLY=()
      for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        # bash takes the line apart at = and :, too.
        if [[ $joined ]]; then
          joined=''
          continue
        fi
        case $word in
          =) [[ $flag ]] && continue ;;&
          [:=]*)
            joined=1 flag=''
            continue
            ;;
        esac
        if [[ $flag ]]; then
          flag=''
          continue
        fi
        case $word in
          \(valuedFlags.joined(separator: "|"))) flag=$word ;;
          -*) ;;
          *)
            case "${line:+$line }$word" in
              \(verbPattern))
                verb="${line:+$line }$word" line=$verb
                ;;
              *) line="$line $word" ;;
            esac
            ;;
        esac
      done
      [[ $cur == [:=] ]] && cur=''

    """
  }

  /// What fits there.
  private static var bashOffers: String {
    """
      if [[ $flag ]]; then
        case "$verb $flag" in
    \(cases(values, indent: 6))
        esac
      elif [[ $cur == -* ]]; then
        case $verb in
    \(bashOptions)
        esac
      else
        case $line in
    \(bashVerbs)
    \(cases(operands, indent: 6))
        esac
      fi

      case $kind in
        file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$cur") ;;
        directory) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$cur") ;;
        *) mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur") ;;
      esac
    }
    complete -F _coreos_ipxe_server coreos-ipxe-server

    """
  }

  private static var bashOptions: String {
    Verb.table.map { verb in
      "      '\(verb.name)') words='\(verb.allOptions.map(\.flag).joined(separator: " "))' ;;"
    }.joined(separator: "\n")
  }

  private static var bashVerbs: String {
    groups.map { group in
      let members = group.members.compactMap(\.words.last).joined(separator: " ")
      return "      '\(group.name)') words='\(members)' ;;"
    }.joined(separator: "\n")
  }

  private static func cases(_ places: [Place], indent: Int) -> String {
    places.map { place in
      let action =
        switch place.offer {
        case .words(let words): "words='\(words.joined(separator: " "))'"
        case .file: "kind=file"
        case .directory: "kind=directory"
        case .nothing: ":"
        }
      return String(repeating: " ", count: indent) + "\(place.pattern)) \(action) ;;"
    }.joined(separator: "\n")
  }
}
