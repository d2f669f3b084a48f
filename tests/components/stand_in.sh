#!/tools/bash
# What an instance's programs would do, as far as components ask: packages bring units and files, units are enabled
# and active, settings are read back from the files that the real programs read. State is under /state.
set -eu
name=${0##*/}
echo "$name $*" >> /state/calls

refuse() { echo "$name: $1" >&2; exit 1; }
provide() { ln -sf stand_in "/tools/$1"; }

install_package() {
  case "$1" in
    audit | auditd) unit auditd; mkdir -p /etc/audit/rules.d; provide augenrules; provide auditctl ;;
    nginx | nginx1) unit nginx; mkdir -p /etc/nginx/conf.d; provide nginx ;;
    httpd) unit httpd; mkdir -p /etc/httpd/conf.d /var/www/html; provide httpd ;;
    docker | docker.io) unit docker; provide docker ;;
    dnf-automatic) unit dnf-automatic.timer; mkdir -p /etc/dnf
      printf '%s\n' '[commands]' 'upgrade_type = default' 'download_updates = yes' 'apply_updates = no' > /etc/dnf/automatic.conf ;;
    yum-cron) unit yum-cron; mkdir -p /etc/yum
      printf '%s\n' '[commands]' 'update_cmd = default' 'download_updates = yes' 'apply_updates = no' > /etc/yum/yum-cron.conf ;;
    unattended-upgrades) unit apt-daily.timer; unit apt-daily-upgrade.timer; mkdir -p /etc/apt/apt.conf.d ;;
    chrony) provide chronyc
      if [ -e /tools/apt-get ]; then unit chrony; conf=/etc/chrony/chrony.conf; mkdir -p /etc/chrony
      else unit chronyd; conf=/etc/chrony.conf; fi
      printf '%s\n' 'pool 2.pool.ntp.org iburst' 'driftfile /var/lib/chrony/drift' > "$conf" ;;
    *amazon-ssm-agent | *amazon-ssm-agent.rpm | */agent.deb)
      if [ "$name" = snap ]; then unit snap.amazon-ssm-agent.amazon-ssm-agent; else unit amazon-ssm-agent; fi ;;
    *) refuse "there is no package $1" ;;
  esac
  touch "/state/packages/${1##*/}"
}
unit() { touch "/state/units/$1"; }

sshd_settings() {
  # The first value of a keyword stands; drop-ins are read where they are included.
  while read -r line; do
    case "$line" in Include*) cat /etc/ssh/sshd_config.d/*.conf 2> /dev/null || true ;; Match*) break ;; *) echo "$line" ;; esac
  done < /etc/ssh/sshd_config | awk '/^[A-Za-z]/ { key = tolower($1); sub(/^challengeresponse/, "kbdinteractive", key)
    if (NF < 2) exit 1
    value = $0; sub(/^[^ ]+ /, "", value); if (!(key in seen)) { seen[key] = 1; print key " " value } }'
}

case "$name" in
  dnf | yum | apt-get | amazon-linux-extras | snap | dpkg)
    verb=${1#-}; shift
    case "$verb" in
      update | refresh) ;;
      install | i) for package in "$@"; do case "$package" in -*) ;; *) install_package "$package" ;; esac; done ;;
      *) refuse "no such verb: $verb" ;;
    esac ;;
  rpm) test "$1" = -q; test -e "/state/packages/$2" ;;
  systemctl)
    verb=$1; shift
    for each in "$@"; do
      test -e "/state/units/$each" || refuse "there is no unit $each"
      case "$verb" in
        enable) touch "/state/enabled/$each" ;;
        start | restart) touch "/state/active/$each" ;;
        is-enabled) test -e "/state/enabled/$each" ;;
        is-active) test -e "/state/active/$each" ;;
        *) refuse "no such verb: $verb" ;;
      esac
    done ;;
  sysctl)
    if [ "$1" = -n ]; then
      cat /etc/sysctl.d/*.conf 2> /dev/null | awk -v key="$2" '$1 == key { value = $3 } END { print value == "" ? "default" : value }'
    else
      for file in "$@"; do case "$file" in -*) ;; *)
        if grep -Evn '^(#.*|[a-z0-9_.]+ = [0-9]+)?$' "$file"; then refuse 'cannot be read'; fi ;; esac; done
    fi ;;
  modprobe) test "$1 $2" = '-n -v'; awk -v module="$3" '$1 == "install" && $2 == module { print "install", $3 }' /etc/modprobe.d/*.conf ;;
  augenrules)
    cat /etc/audit/rules.d/*.rules > /etc/audit/audit.rules
    if grep -Evn '^(-w /[^ ]+ -p [rwxa]+ -k [a-z-]+|-a always,exit -F arch=b(32|64)( -[SFC] [^ ]+)+ -k [a-z-]+|-e 2)$' \
      /etc/audit/audit.rules; then refuse 'no rule'; fi ;;
  auditctl) test "$*" = -l; test -e /state/active/auditd; cat /etc/audit/audit.rules ;;
  nginx | httpd)
    test "$*" = -t
    if [ "$name" = nginx ] && grep -Evn '^(#.*|[a-z_]+ [^;]+;)?$' /etc/nginx/conf.d/*.conf; then refuse 'cannot be read'; fi ;;
  curl)
    case "$*" in
      *localhost*write-out* | *write-out*localhost*) test -e /state/active/httpd && test -s /var/www/html/index.html && printf 200 ;;
      *localhost*) test -e /state/active/nginx || exit 7
        if cat /etc/nginx/conf.d/*.conf 2> /dev/null | grep -q '^server_tokens off;'; then echo 'Server: nginx'; else echo 'Server: nginx/1.24.0'; fi ;;
      *https://*) while [ "$1" != --output ]; do shift; done; touch "$2" ;;
    esac ;;
  docker)
    test -e /state/active/docker
    grep -q '"live-restore": true' /etc/docker/daemon.json && echo ' Live Restore Enabled: true'
    echo ' Logging Driver: json-file' ;;
  chronyc) for conf in /etc/chrony.conf /etc/chrony/chrony.conf; do if [ -e "$conf" ]; then
    awk '$1 == "server" || $1 == "pool" { print "^* " $2 "  3  4  377" }' "$conf"; fi; done ;;
  sshd) if [ "$1" = -T ]; then sshd_settings; else sshd_settings > /dev/null; fi ;;
  ssh) if sshd_settings | grep -qx 'permitrootlogin no'; then echo 'root@localhost: Permission denied (publickey).'; exit 255; fi ;;
  ssh-keygen) while [ "$1" != -f ]; do shift; done; echo private > "$2"; echo public > "$2.pub" ;;
  amazon-cloudwatch-agent-ctl)
    etc=/opt/aws/amazon-cloudwatch-agent/etc
    case "$*" in
      *fetch-config*) mkdir -p "$etc/amazon-cloudwatch-agent.d"
        source=${*: -1}
        case "$source" in
          file:*) from=${source#file:}; kept=file_${from##*/} ;;
          ssm:*) kept=ssm_${source#ssm:}; from=/state/parameters/${source##*/} ;;
          *) refuse "no location: $source" ;;
        esac
        rm -f "$etc/amazon-cloudwatch-agent.d"/*
        cp "$from" "$etc/amazon-cloudwatch-agent.d/$(printf %s "$kept" | sed 's|[/ :]|_|g')" ;;
      *status*) echo '{"status": "running", "configstatus": "configured"}' ;;
    esac ;;
  *) refuse 'has no stand-in' ;;
esac
