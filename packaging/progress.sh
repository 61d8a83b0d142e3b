# shellcheck shell=bash
# Read by packaging/demo and packaging/check: what takes long is one line with what is left; all that it says goes
# into a log file, whose end is shown when it fails. On a terminal the line is rewritten in place; elsewhere (CI) it
# is written anew now and then. Needs bash alone.

log=/dev/null   # set with start_log
verbose=${verbose:-false}  # true: everything is shown as well
now_and_then_s=60
on_terminal=false
if [ -t 1 ] && [ "${TERM:-dumb}" != dumb ] && [ -z "${CI:-}" ]; then on_terminal=true; fi

start_log() { # FILE
    log="$1"
    mkdir -p "$(dirname "$log")"
    : >"$log"
}

minutes() { # SECONDS: "about 3 min", or "under a minute"
    if [ "$1" -lt 60 ]; then echo "不到1分钟 under a minute"; else echo "约 $((($1 + 30) / 60)) 分钟 min"; fi
}

# What is free where this tree lies, and in memory; in MB.
free_disk_mb() { df -Pm "$1" | awk 'NR == 2 { print $4 }'; }
free_memory_mb() { awk '/^MemAvailable:/ { print int($2 / 1024) }' /proc/meminfo; }
say_room() { # FOLDER DISK_MB MEMORY_MB
    local disk memory
    disk="$(free_disk_mb "$1")"
    memory="$(free_memory_mb)"
    printf '  磁盘 disk    约需 needs about %s MB，剩余 free %s MB\n' "$2" "$disk"
    printf '  内存 memory  约需 needs about %s MB，可用 free %s MB\n' "$3" "$memory"
    [ "$disk" -ge "$2" ] || echo "  注意：磁盘可能不够 note: the disk may be too small for this" >&2
    [ "$memory" -ge "$3" ] || echo "  注意：内存可能不够 note: there may be too little memory for this" >&2
}

show_line() { # TEXT; in place on a terminal, else not more often than now and then
    if $on_terminal; then
        local width wide="${1//[ -~]/}"  # each of these takes two columns
        width="$(tput cols 2>/dev/null || echo 80)"
        printf '\r\033[K%s' "${1:0:$((width - 1 - ${#wide}))}"
    elif [ $((SECONDS - shown_at)) -ge "$now_and_then_s" ]; then
        printf '%s\n' "$1"
        shown_at=$SECONDS
    fi
}
clear_line() { if $on_terminal; then printf '\r\033[K'; fi; }

# The three kinds of chatter: each reads lines, keeps them in the log and shows how far it has come.
watch_build() { # TITLE; lines of ninja: [12/307] ...
    local line began=$SECONDS shown_at=$SECONDS known_all="" first=0 done_ all left recent at=()
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        if $verbose; then printf '%s\n' "$line"; continue; fi
        [[ "$line" =~ ^\[([0-9]+)/([0-9]+)\] ]] || continue
        done_=${BASH_REMATCH[1]} all=${BASH_REMATCH[2]}
        if [ "$known_all" != "$all" ]; then known_all=$all first=$((done_ - 1)) began=$SECONDS at=(); fi
        [ "$done_" -gt "$first" ] || continue
        left=$(((SECONDS - began) * (all - done_) / (done_ - first)))
        # What the compiler cache had went by fast: the last steps count when they were slower.
        at[done_]=$SECONDS
        if [ "$done_" -gt 20 ] && [ -n "${at[done_ - 20]:-}" ]; then
            recent=$(((SECONDS - at[done_ - 20]) * (all - done_) / 20))
            if [ "$recent" -gt "$left" ]; then left=$recent; fi
        fi
        show_line "  $1 $done_/$all，还需 left: $(minutes "$left")"
    done
    clear_line
}
watch_apt() { # TITLE; each new package is fetched, unpacked and set up
    local line shown_at=$SECONDS all=0 steps=0
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        if $verbose; then printf '%s\n' "$line"; continue; fi
        if [[ "$line" =~ ([0-9]+)\ newly\ installed ]]; then all=${BASH_REMATCH[1]} steps=0; fi
        [ "$all" -gt 0 ] || continue
        case "$line" in
            Get:* | Unpacking\ * | "Setting up "*) steps=$((steps + 1)) ;;
            *) continue ;;
        esac
        show_line "  $1 $((steps / 3))/$all"
    done
    clear_line
}
# Lines of ctest. What has passed is only counted; what has not, with all it printed, and the closing lines, are shown.
watch_tests() { # TITLE
    local line shown_at=$SECONDS test='^ *([0-9]+)/([0-9]+) Test +#[0-9]+: '
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        if $verbose; then printf '%s\n' "$line"; continue; fi
        if [[ "$line" =~ $test ]]; then
            local how="$1 ${BASH_REMATCH[1]}/${BASH_REMATCH[2]}"
            if [[ "$line" =~ \ Passed\ +[0-9.]+\ sec ]]; then show_line "  $how"; continue; fi
        elif [[ "$line" =~ ^\ +Start\ +[0-9]+: || "$line" = "Test project "* || -z "$line" ]]; then
            continue
        fi
        clear_line
        printf '%s\n' "$line"
    done
    clear_line
}

# Runs a command with one of the above; says how long it took, or shows the end of the log when it fails.
logged() { # WATCH TITLE COMMAND...
    local watch="$1" title="$2" began=$SECONDS from code=0
    shift 2
    printf '\n==> %s\n' "$*" >>"$log"
    from="$(wc -c <"$log")"
    "$@" 2>&1 | "$watch" "$title" || code=$?
    if [ "$code" -eq 0 ]; then
        printf '  %s：%s s\n' "$title" "$((SECONDS - began))"
        return 0
    fi
    {
        echo "失败 FAILED: $title ($*)"
        if [ "$watch" != watch_tests ] && ! $verbose; then
            echo "-- 日志末尾 the end of $log"
            tail -c +"$((from + 1))" "$log" | tail -n 60
        fi
        echo "-- 全文 all of it: $log"
    } >&2
    return "$code"
}
