# bash completion for nitro-attest. It contains no options or commands: it reads the --help of the typed command, whose
# lines come from the option tables, so it always matches the installed version.
# shellcheck shell=bash

# Rows "  NAME  summary" below "Commands:" of a help text.
_nitro_attest_commands() {
    sed -n '/^Commands:$/,/^$/s/^  \([a-z][a-z0-9-]*\) .*/\1/p' <<<"$1"
}

# The help's name of an option's value; empty for a flag. In the help, one space separates it from the option.
_nitro_attest_value_name() {
    sed -n "s/^  $2 \\([A-Z][A-Z=]*\\)\\( .*\\)*\$/\\1/p" <<<"$1"
}

_nitro_attest_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "$1" -- "$2")
}

_nitro_attest_words() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
}

# _nitro_attest_value PROGRAM OPTION VALUE-NAME CUR
_nitro_attest_value() {
    case $2 in
    --kind) _nitro_attest_words 'enclave nitrotpm' "$4" ;;
    --limits) _nitro_attest_words 'default aws-1024 aws-512' "$4" ;;
    --break)
        _nitro_attest_words "$("$1" issue --list-breaks 2>/dev/null | awk '/^[a-z]/ { print $1; print $2 }')" "$4"
        ;;
    *) case $3 in
        FILE | PATH | SOCKET | ENTRY) _nitro_attest_files -f "$4" ;;
        DIR) _nitro_attest_files -d "$4" ;;
        esac ;;
    esac
}

# _nitro_attest_operand PROGRAM CUR COMMAND...
_nitro_attest_operand() {
    case ${*:3} in
    explain) _nitro_attest_words "$("$1" explain all 2>/dev/null | sed -n 's/^\(NATT_[A-Z0-9_]*\) .*/\1/p')" "$2" ;;
    *) _nitro_attest_files -f "$2" ;;
    esac
}

_nitro_attest() {
    local program=${COMP_WORDS[0]} cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    local help value word path=()
    COMPREPLY=()
    help=$("$program" --help 2>/dev/null) || return 0
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        if [ "$word" = -- ]; then # the rest belongs to another program
            _nitro_attest_files -c "$cur"
            return 0
        fi
        if _nitro_attest_commands "$help" | grep -qxF -e "$word"; then
            path+=("$word")
            help=$("$program" "${path[@]}" --help 2>/dev/null) || return 0
        fi
    done
    if [ "$cur" = = ]; then # --option=VALUE comes as three words
        cur='' prev="$prev="
    fi
    if [ "$prev" = = ] && [ "$COMP_CWORD" -ge 2 ]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    prev=${prev%=}
    if [ "$prev" = @ ]; then # a value from a file
        _nitro_attest_files -f "$cur"
        return 0
    fi
    value=''
    [[ $prev != --* ]] || value=$(_nitro_attest_value_name "$help" "$prev")
    if [ -n "$value" ]; then
        _nitro_attest_value "$program" "$prev" "$value" "$cur"
    elif [[ $cur == -* ]]; then
        _nitro_attest_words "$(sed -n 's/^  \(--[a-z][a-z0-9-]*\) .*/\1/p' <<<"$help")" "$cur"
    elif grep -qx 'Commands:' <<<"$help"; then
        _nitro_attest_words "$(_nitro_attest_commands "$help")" "$cur"
    else
        _nitro_attest_operand "$program" "$cur" "${path[@]}"
    fi
}

complete -F _nitro_attest nitro-attest
