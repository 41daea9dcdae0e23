#!/usr/bin/env bash
# Put Linli into service on Debian 12: packages, user, program, database, settings, systemd, nginx. Run it again at any time: what is
# right already stays as it is, and settings that exist are never overwritten. What it does is described in docs/production.md.
set -euo pipefail
umask 022  # whatever root's own is: what is written below is read by other users, or given a mode of its own

usage() {
  cat <<'END'
Usage: deploy/install.sh --domain NAME [options]       as root, on Debian 12

  --domain NAME          the name under which people reach Linli; printed into the QR codes of certificates
  --certificate FILE     TLS certificate with its chain (PEM)    } without these a self-signed one is made,
  --certificate-key FILE its private key                         } to be replaced before anybody uses Linli
  --workers N            server processes (default: the number of cores)
  --database-url URL     a PostgreSQL elsewhere; without it one is set up on this machine
  --extras               also the packages for Redis, S3 storage and traces
  --port N --http-port N --https-port N --metrics-port N   (default 8000, 80, 443, 9464)
  --dry-run              say what would be done, and do nothing
  --root DIR             for trying it out: everything below DIR, which the files then name; no packages, users, services
  --program DIR          the program is there already, with its environment (default /opt/linli, made from here)
END
}

say() { printf '%s\n' "$*"; }
die() { printf 'install.sh: %s\n' "$*" >&2; exit 1; }

here=$(cd "$(dirname "$0")/.." && pwd)
domain='' certificate='' certificate_key='' database_url='' root='' program='' dry_run='' extras=''
workers=$(nproc) port=8000 http_port=80 https_port=443 metrics_port=9464
while (($#)); do
  case $1 in
    --domain | --certificate | --certificate-key | --database-url | --root | --program | --workers | --port | --http-port | --https-port | --metrics-port)
      (($# > 1)) || die "$1 wants a value"
      name=${1#--}
      printf -v "${name//-/_}" '%s' "$2"
      shift 2
      ;;
    --dry-run) dry_run=yes; shift ;;
    --extras) extras=yes; shift ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; die "unknown: $1" ;;
  esac
done
[[ $domain =~ ^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$ ]] || { usage >&2; die "--domain wants a name, such as linli.example.cn"; }
for number in "$workers" "$port" "$http_port" "$https_port" "$metrics_port"; do
  [[ $number =~ ^[1-9][0-9]{0,4}$ ]] || die "not a number: $number"
done
[[ ${certificate:+given} == "${certificate_key:+given}" ]] || die "--certificate and --certificate-key go together"
for file in $certificate $certificate_key; do [[ -r $file ]] || die "cannot read $file"; done
if [[ -n $root ]]; then
  mkdir -p "$root"
  root=$(cd "$root" && pwd)
elif [[ -z $dry_run ]]; then
  ((EUID == 0)) || die "run it as root (or with --dry-run)"
  grep -q '^VERSION_ID="12"' /etc/os-release || die "this is not Debian 12; follow docs/production.md by hand"
fi

etc=$root/etc/linli state=$root/var/lib/linli run=$root/run/linli backups=$root/var/backups/linli www=$root/var/www/html
program=${program:-$root/opt/linli}
has_systemd=''
[[ -z $root && -d /run/systemd/system ]] && has_systemd=yes
changed=''

# -- what everything below is done with --------------------------------------------------------------------------------

act() { # run a command, or say it
  if [[ -n $dry_run ]]; then say "  would run: $*"; else "$@"; fi
}
for_real() { # only on the machine itself
  if [[ -n $root ]]; then say "  left out below $root: $*"; else act "$@"; fi
}
put() { # put FILE MODE OWNER: write standard input there, if it differs
  local file=$1 mode=$2 owner=$3 new
  new=$(mktemp)
  cat >"$new"
  if [[ -e $file ]] && cmp -s "$new" "$file"; then
    say "  as it was: $file"
  elif [[ -n $dry_run ]]; then
    say "  would write: $file (mode $mode)"
  else
    mkdir -p "$(dirname "$file")"
    install -m "$mode" "$new" "$file"
    [[ -n $root ]] || chown "$owner" "$file"
    say "  written: $file"
    changed=yes
  fi
  rm -f "$new"
}
filled() { # filled TEMPLATE: print it with its places filled in
  sed -e "s|@PROGRAM@|$program|g" -e "s|@ETC@|$etc|g" -e "s|@STATE@|$state|g" -e "s|@RUN@|$run|g" -e "s|@BACKUPS@|$backups|g" \
    -e "s|@WWW@|$www|g" -e "s|@DOMAIN@|$domain|g" -e "s|@WORKERS@|$workers|g" -e "s|@PORT@|$port|g" \
    -e "s|@HTTP@|$http_port|g" -e "s|@HTTPS@|$https_port|g" -e "s|@METRICS_PORT@|$metrics_port|g" \
    -e "s|@SHOWN_PORT@|$([[ $https_port == 443 ]] || printf ':%s' "$https_port")|g" \
    -e "s|@CERTIFICATE@|$etc/tls/certificate.pem|g" -e "s|@CERTIFICATE_KEY@|$etc/tls/key.pem|g" \
    -e "s|@REQUEST_MAX@|$request_max|g" -e "s|@DATABASE_URL@|$(printf '%s' "$database_url" | sed 's/[&|\\]/\\&/g')|g" \
    -e "s|@SHARED_BUFFERS@|$((memory / 4))MB|g" -e "s|@EFFECTIVE_CACHE@|$((memory / 2))MB|g" "$here/deploy/$1"
}
memory=$(($(sed -n 's/^MemTotal: *\([0-9]*\) kB$/\1/p' /proc/meminfo) / 1024))
request_max=$(sed -n 's/^REQUEST_MAX_BYTES.*, \([0-9]*\) \* 1024 \* 1024)$/\1m/p' "$here/linli/config/settings.py")
[[ -n $request_max ]] || die "cannot read the largest request from linli/config/settings.py"

# -- packages, user, folders -------------------------------------------------------------------------------------------

say "Packages of Debian"
packages=(python3 python3-venv nginx openssl curl ca-certificates fonts-noto-cjk postgresql-client)
[[ -n $database_url ]] || packages+=(postgresql)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
if ((${#missing[@]})); then
  for_real apt-get update -q
  for_real env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
else
  say "  all there"
fi

say "User and folders"
[[ -d $state ]] || act mkdir -p "$state"
if [[ -z $root ]] && ! id linli >/dev/null 2>&1; then
  act adduser --quiet --system --group --home "$state" --no-create-home --shell /usr/sbin/nologin linli
fi
own() { [[ -n $root ]] || act chown linli:linli "$1"; }
for folder in "$state" "$run" "$backups"; do
  [[ -d $folder ]] || act mkdir -p "$folder"
  act chmod 700 "$folder"
  own "$folder"
done
[[ -d $etc/tls ]] || act mkdir -p "$etc/tls"
act chmod 700 "$etc/tls"

# -- program -----------------------------------------------------------------------------------------------------------

say "Program in $program"
# A release has a folder of its own, named after what is in it, and $program is a link to the one in service: the server that
# runs meanwhile sees nothing of the new one, and one that cannot be made whole is never in service.
parts=(linli deploy docs scripts clients pyproject.toml requirements.lock requirements-city.lock package.json package-lock.json .npmrc
  README.md README.zh-CN.md CHANGELOG.md CONTRIBUTING.md SECURITY.md LICENSE NOTICE)
packed() { tar -C "$here" --exclude __pycache__ --exclude '*.mo' --sort=name --mtime=@0 --owner=0 --group=0 --mode=u=rwX,go=rX -cf - "${parts[@]}"; }
if [[ $program == "$here" || ( -n $root && -x $program/.venv/bin/linli ) ]]; then
  say "  is there"
else
  digest=$(packed | sha256sum | cut -c1-12)
  release=$program-$digest${extras:+-city}
  unpack() { mkdir -p "$release" && packed | tar -C "$release" --no-same-owner -xf -; }
  [[ -e $release/.whole ]] || act unpack
  setup=(env -C "$release" scripts/setup_env.sh)
  [[ -z $extras ]] || setup+=(city)
  for_real "${setup[@]}"
  for_real env -C "$release" "$release/.venv/bin/python" -c \
    'import pathlib; from linli.core.design.translations import compile_all; compile_all(pathlib.Path("."))'
  for_real touch "$release/.whole"
  into_service() {
    [[ -L $program || ! -e $program ]] || mv "$program" "$program-before"
    ln -s "$(basename "$release")" "$program.new" && mv -T "$program.new" "$program"
    local old
    # The one before stays, to go back to; earlier ones go.
    find "$(dirname "$program")" -maxdepth 1 -type d -name "$(basename "$program")-*" ! -path "$release" -printf '%T@ %p\n' |
      sort -rn | tail -n +2 | cut -d' ' -f2- | while read -r old; do rm -rf "$old"; done
  }
  act into_service
fi

# -- database ----------------------------------------------------------------------------------------------------------

say "Database"
as_postgres() { runuser -u postgres -- env -C / psql -XqAt "$@"; }
if [[ -n $database_url ]]; then
  say "  elsewhere, as given"
else
  # Over the socket, by the name of the system's user: no password that could be read anywhere.
  cluster=$({ find /etc/postgresql -mindepth 2 -maxdepth 2 -name main 2>/dev/null || true; } | sort -V | tail -n 1)
  listens=$(sed -n 's/^port = \([0-9]*\).*/\1/p' "${cluster:-/nowhere}/postgresql.conf" 2>/dev/null || true)
  database_url=postgres://linli@%2Frun%2Fpostgresql:${listens:-5432}/linli
  filled postgresql/linli.conf | put "$root${cluster:-/etc/postgresql/15/main}/conf.d/linli.conf" 644 root:root
  if [[ -z $root && -z $dry_run ]]; then
    version=$(basename "$(dirname "$cluster")")
    if [[ -n $changed ]] || ! as_postgres -c 'select 1' >/dev/null 2>&1; then
      if [[ -n $has_systemd ]]; then
        systemctl restart "postgresql@$version-main"
      else
        pg_ctlcluster --skip-systemctl-redirect "$version" main restart
      fi
    fi
    [[ $(as_postgres -c "select 1 from pg_roles where rolname = 'linli'") == 1 ]] || as_postgres -c "create role linli login"
    [[ $(as_postgres -c "select 1 from pg_database where datname = 'linli'") == 1 ]] ||
      as_postgres -c "create database linli owner linli encoding 'UTF8' template template0"
    say "  role and database linli are there"
  else
    for_real as_postgres -c "create role linli login; create database linli owner linli"
  fi
fi

# -- settings, certificate, services -------------------------------------------------------------------------------------

say "Settings"
if [[ -e $etc/linli.env ]]; then
  say "  kept as they are: $etc/linli.env"
else
  filled linli.env | put "$etc/linli.env" 600 root:root
fi
put "$root/usr/local/bin/linli" 755 root:root <<END
#!/bin/sh
# Linli's command with the settings of this machine, as the user linli. Written by deploy/install.sh.
set -e
set -a
. $etc/linli.env
set +a
if [ "\$(id -u)" = 0 ] && id linli >/dev/null 2>&1 && [ -z "$root" ]; then
  exec setpriv --reuid linli --regid linli --init-groups -- "$program/.venv/bin/linli" "\$@"
fi
exec "$program/.venv/bin/linli" "\$@"
END

say "Certificate"
if [[ -n $certificate ]]; then
  put "$etc/tls/certificate.pem" 644 root:root <"$certificate"
  put "$etc/tls/key.pem" 600 root:root <"$certificate_key"
elif [[ -e $etc/tls/certificate.pem ]]; then
  say "  kept as it is"
else
  act openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 90 -subj "/CN=$domain" \
    -addext "subjectAltName=DNS:$domain" -keyout "$etc/tls/key.pem" -out "$etc/tls/certificate.pem" 2>/dev/null
  [[ -n $dry_run ]] || chmod 600 "$etc/tls/key.pem"
  say "  self-signed for 90 days: give the city's own with --certificate before anybody uses Linli"
fi

say "Services"
units=$root/etc/systemd/system
for unit in linli-server.service linli-worker@.service linli-metrics.service linli-backup.service linli-backup.timer linli-follow.service \
  linli-base.service linli-base.timer linli.target; do
  filled "systemd/$unit" | put "$units/$unit" 644 root:root
done

say "Reverse proxy"
filled nginx/linli.conf | put "$root/etc/nginx/sites-available/linli" 644 root:root
if [[ ! -e $root/etc/nginx/sites-enabled/linli ]]; then
  act mkdir -p "$root/etc/nginx/sites-enabled"
  act ln -s ../sites-available/linli "$root/etc/nginx/sites-enabled/linli"
fi
[[ ! -L $root/etc/nginx/sites-enabled/default ]] || act rm "$root/etc/nginx/sites-enabled/default"
for_real nginx -t -q

# -- start -------------------------------------------------------------------------------------------------------------

say "Start"
if [[ -n $has_systemd ]]; then
  act systemctl daemon-reload
  act systemctl enable -q linli.target linli-server.service linli-worker@1.service linli-worker@2.service linli-metrics.service linli-backup.timer nginx
  act systemctl restart linli.target
  act systemctl start linli-backup.timer
  act systemctl reload-or-restart nginx
  if [[ -z $dry_run ]]; then
    ready=''
    for _ in $(seq 150); do
      if curl -fs -o /dev/null "http://127.0.0.1:$metrics_port/readyz" 2>/dev/null; then ready=yes && break; fi
      sleep 2
    done
    systemctl --no-pager --lines 0 status linli-server linli-worker@1 linli-metrics nginx || true
    [[ -n $ready ]] || die "it is not ready after five minutes: journalctl -u linli-server, and curl http://127.0.0.1:$metrics_port/readyz"
  fi
else
  say "  there is no systemd here. By hand, with the settings of $etc/linli.env and as the user linli:"
  sed -n -e 's/^ExecStartPre=/    /p' -e 's/^ExecStart=/    /p' "$here"/deploy/systemd/linli-{server,worker@,metrics}.service |
    sed -e "s|@PROGRAM@|$program|"
fi
say "Done. Next: docs/production.md, \"The first administrator\"."
