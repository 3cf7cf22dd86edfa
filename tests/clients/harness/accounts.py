"""Accounts, users and access keys of a store under test, made through the binary's own commands."""

import json
import random
import tempfile
from dataclasses import dataclass, field

import boto3
from botocore.config import Config

from .processes import cairn_binary, clean_environment, run


class Refused(AssertionError):
    """A command that ended with a status other than 0."""

    def __init__(self, arguments, done):
        super().__init__(f"{arguments} ended with {done.returncode}: {done.stderr.decode()}")
        self.returncode, self.said = done.returncode, done.stderr.decode()


@dataclass(frozen=True)
class Keys:
    """An access key and its secret."""

    access_key: str
    secret_key: str

    def client(self, store, service="s3", gateway=0, **options):
        """A boto3 client with these keys, without retries."""
        config = Config(
            retries={"total_max_attempts": 1},
            s3={"addressing_style": "path", **options.pop("s3", {})},
            connect_timeout=10,
            read_timeout=60,
            proxies={},
            **options,
        )
        session = boto3.session.Session(
            aws_access_key_id=self.access_key, aws_secret_access_key=self.secret_key, region_name=store.region
        )
        return session.client(service, endpoint_url=store.endpoints[gateway % len(store.endpoints)], config=config)


@dataclass(frozen=True)
class Account(Keys):
    """An account, with its own first access key."""

    account_id: str = ""
    canonical_id: str = ""
    display_name: str = ""
    email: str = ""
    namespace: str = ""
    admin: "AdminCli" = field(default=None, repr=False)

    @property
    def arn(self):
        """What policies call the account."""
        return f"arn:aws:iam::{self.account_id}:root"

    def user(self, name=None):
        """A new user of the account, with a key."""
        name = name or fresh("user")
        made = self.admin.call("user", "create", name, "--account", self.account_id)
        key = self.admin.call("key", "create", "--account", self.account_id, "--user", name)
        return User(
            access_key=key["access_key"],
            secret_key=key["secret_key"],
            name=name,
            arn=made["arn"],
            user_id=made["user_id"],
            account=self,
        )

    def policy(self, document, *users, name=None):
        """A new identity policy of the account, attached to these users; `document` is what becomes JSON."""
        name, of = name or fresh("policy"), ["--account", self.account_id]
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(document, file)
            file.flush()
            self.admin.call("policy", "create", name, *of, "--document", file.name)
        for user in users:
            self.admin.call("policy", "attach", name, *of, "--user", user.name)
        return name

    def key(self, user=None):
        """Another key of the account itself, or of a user of it."""
        of = ["--user", user] if user else []
        made = self.admin.call("key", "create", "--account", self.account_id, *of)
        return Keys(made["access_key"], made["secret_key"])


@dataclass(frozen=True)
class User(Keys):
    """A user of an account, with an access key."""

    name: str = ""
    arn: str = ""
    user_id: str = ""
    account: Account = field(default=None, repr=False)


class AdminCli:
    """`cairn admin …` against one gateway's admin listener, with the root pair or another."""

    def __init__(self, store, keys=None, gateway=0):
        self.url = admin_url(store, gateway)
        self.keys = keys or Keys(store.access_key, store.secret_key)

    def run(self, *arguments):
        """Runs a command to its end, whatever its status."""
        environment = clean_environment(
            CAIRN_ADMIN_ENDPOINT=self.url,
            CAIRN_ADMIN_ACCESS_KEY=self.keys.access_key,
            CAIRN_ADMIN_SECRET_KEY=self.keys.secret_key,
        )
        return run([cairn_binary(), "admin", *arguments], environment=environment, seconds=60, check=False)

    def text(self, *arguments):
        """What a command says to people."""
        done = self.run(*arguments)
        if done.returncode:
            raise Refused(arguments, done)
        return done.stdout.decode()

    def call(self, *arguments):
        """What a command says to programs."""
        return json.loads(self.text(*arguments, "--json"))

    def account(self, name=None, *more):
        """A new account."""
        name = name or fresh("account")
        made = self.call("account", "create", name, "--email", f"{name}@example.org", *more)
        return Account(**made, admin=self)


def admin_url(store, gateway=0):
    """The admin listener of a gateway of the store."""
    gateways = store.processes("gateway") if store.kind == "cluster" else []
    return store.admin_of(gateways[gateway % len(gateways)]).url if gateways else store.admin.url


def admin_cli(store, keys=None, gateway=0):
    """The admin commands against a store."""
    return AdminCli(store, keys, gateway)


def new_account(store, name=None):
    """A new account of a store."""
    return admin_cli(store).account(name)


def fresh(prefix):
    """A name that nobody has."""
    return f"{prefix}-{random.SystemRandom().randrange(16**10):010x}"
