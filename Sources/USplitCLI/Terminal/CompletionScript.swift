import ArgumentParser
import Foundation

/// What a shell runs to complete words of the command.
///
/// The argument parser makes it; here it learns of words such as `actin=cells.tif:0`.
enum CompletionScript {
  private static let option = "--generate-completion-script"

  /// The script that a command line asks for; nil where it asks for something else, or for a shell that
  /// is left to the argument parser.
  static func asked(by words: [String]) -> String? {
    let words = Array(words.dropFirst())
    let name: String?
    switch words.count {
    case 1 where words[0].hasPrefix("\(option)="):
      name = String(words[0].dropFirst(option.count + 1))
    case 1 where words[0] == option: name = CompletionShell.autodetected()?.rawValue
    case 2 where words[0] == option: name = words[1]
    default: name = nil
    }
    return name.flatMap { CompletionShell(rawValue: $0) }.map(text)
  }

  /// The script for a shell.
  static func text(for shell: CompletionShell) -> String {
    let text = USplitCommand.completionScript(for: shell)
    switch shell {
    case .bash:
      return text.replacingOccurrences(
        of: "complete -o filenames -F _usplit usplit", with: wholeWords)
    case .zsh:
      return text.replacingOccurrences(
        of: #"=file\[\:channel\]:_files"#,
        with: #"=file\[\:channel\]:{compset -P "*="; _files}"#)
    default: return text
    }
  }

  /// Puts together what Bash takes apart at equals signs and colons.
  private static let wholeWords = #"""
    _usplit_whole_words() {
        local -a words=()
        local word joins=false
        local -i index last=-1 current=0
        for index in "${!COMP_WORDS[@]}"; do
            word="${COMP_WORDS[${index}]}"
            if [[ "${last}" -ge 0 ]] && { "${joins}" || [[ "${word}" = [=:]* ]]; }; then
                words[last]+="${word}"
            else
                last+=1
                words[last]="${word}"
            fi
            joins=false
            [[ "${word}" = *[=:] ]] && joins=true
            [[ "${index}" -eq "${COMP_CWORD}" ]] && current="${last}"
        done
        local -a COMP_WORDS=("${words[@]}")
        local -i COMP_CWORD="${current}"
        _usplit "${1}" "${2#[=:]}" "${words[current - 1]}"
        # A key waits for its value, and is no file's name.
        if [[ "${COMPREPLY[0]-}" = *= ]]; then
            compopt +o filenames -o nospace 2>/dev/null || true
        fi
    }

    complete -o filenames -F _usplit_whole_words usplit
    """#
}
