"""A rollout as a state machine of AWS Step Functions, in the Amazon States Language.

It decides nothing: `goldsmith rollout next` says what is to be done, and `goldsmith run-one` does it to one root, each
in a build of the same CodeBuild project. The state machine waits, and starts what may run beside each other. It passes
on names and numbers; lists go through S3, since a state's data may have 256 KiB.
https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html

An execution begins with `{"rollout": ID, "source": "BUCKET/KEY.zip"}`. One step of the loop is some 25 events of the
25,000 that an execution may have; those of roots are counted in executions of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

State = dict[str, Any]

MAP_LABEL = "Roots"  # part of the ARNs of the Map Run's executions, which the role's policy has


@dataclass(frozen=True)
class Surroundings:
    """What a definition is for. Each may be a placeholder of a template."""

    partition: str  # of AWS
    project: str  # of CodeBuild
    bucket: str  # where rollouts are recorded
    prefix: str  # in that bucket, empty or ending in a slash


def definition(around: Surroundings) -> State:
    """The definition; as JSON it is what Step Functions takes."""
    return {
        "Comment": "A rollout of Goldsmith. Generated; do not edit.",
        "StartAt": "Begin",
        "States": {
            "Begin": _ask(around, STEP="begin"),
            "Next": _ask(around, STEP="next"),
            "Settle": _ask(around, **{"STEP": "settle", "WAVE.$": "$.now.step.wave"}),
            "Answer": _read_answer(around),
            "Decide": _decide(),
            "Wave": _wave(around),
            "Wait": {"Type": "Wait", "SecondsPath": "$.now.step.seconds", "Next": "Next"},
            "Done": {"Type": "Succeed"},
            "Stopped": {"Type": "Fail", "Error": "RolloutStopped", "CausePath": "$.now.step.reason"},
            "Unknown": {
                "Type": "Fail",
                "Error": "UnknownAnswer",
                "Cause": "The worker's Goldsmith has something done that this state machine does not know: deploy the "
                "module of its version.",
            },
        },
    }


def _ask(around: Surroundings, **variables: str) -> State:
    """What is to be done, of the journal. Asked again it says the same, so a build that got lost is run again."""
    build = _build(
        around,
        **variables,
        **{
            "ROLLOUT.$": "$.rollout",
            "ANSWER.$": _format(f"s3://{around.bucket}/{_key(around, 'answer.json')}"),
            "MANIFEST.$": _format(f"s3://{around.bucket}/{_key(around, 'roots.json')}"),
        },
    )
    again = {"ErrorEquals": ["States.TaskFailed"], "IntervalSeconds": 30, "MaxAttempts": 2, "JitterStrategy": "FULL"}
    return {**build, "Retry": [*build["Retry"], again], "ResultPath": None, "Next": "Answer"}


def _read_answer(around: Surroundings) -> State:
    return {
        "Type": "Task",
        "Resource": f"arn:{around.partition}:states:::aws-sdk:s3:getObject",
        "Parameters": {"Bucket": around.bucket, "Key.$": _format(_key(around, "answer.json"))},
        "ResultSelector": {"step.$": "States.StringToJson($.Body)"},
        "ResultPath": "$.now",
        "Retry": [_retry(["States.TaskFailed"], 5)],
        "Next": "Decide",
    }


def _decide() -> State:
    does = {"apply": "Wave", "wait": "Wait", "done": "Done", "stop": "Stopped"}
    choices = [{"Variable": "$.now.step.do", "StringEquals": word, "Next": state} for word, state in does.items()]
    return {"Type": "Choice", "Choices": choices, "Default": "Unknown"}


def _wave(around: Surroundings) -> State:
    """Its roots, each an execution of its own. What it comes to is in the journal, which is settled then.

    Beyond the tolerance the Map Run begins no further root. Anything else that it fails of, such as a list that cannot
    be read, fails the execution, and a redrive runs those again that had no success.
    """
    return {
        "Type": "Map",
        "Label": MAP_LABEL,
        "ItemReader": {
            "Resource": f"arn:{around.partition}:states:::s3:getObject",
            "ReaderConfig": {"InputType": "JSON"},
            "Parameters": {"Bucket": around.bucket, "Key.$": _format(_key(around, "roots.json"))},
        },
        "ItemSelector": {
            "root.$": "$$.Map.Item.Value.root",
            "digest.$": "$$.Map.Item.Value.digest",
            "journal.$": "$$.Map.Item.Value.journal",
            "source.$": "$.source",
        },
        "MaxConcurrencyPath": "$.now.step.max_concurrent",
        "ToleratedFailureCountPath": "$.now.step.failure_tolerance",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},  # .sync is not for Express
            "StartAt": "Root",
            "States": {"Root": _root(around)},
        },
        "ResultWriter": {
            "Resource": f"arn:{around.partition}:states:::s3:putObject",
            "Parameters": {"Bucket": around.bucket, "Prefix.$": _format(_key(around, "results"))},
        },
        "ResultPath": None,
        "Catch": [{"ErrorEquals": ["States.ExceedToleratedFailureThreshold"], "ResultPath": None, "Next": "Settle"}],
        "Next": "Settle",
    }


def _root(around: Surroundings) -> State:
    """A build that failed is a verdict, and not retried: the worker itself tries again what passes by itself."""
    variables = {"STEP": "root", "ROOT.$": "$.root", "DIGEST.$": "$.digest", "JOURNAL.$": "$.journal"}
    build = _build(around, **variables)
    return {**build, "ResultSelector": {"build.$": "$.Build.Id"}, "End": True}


def _build(around: Surroundings, **variables: str) -> State:
    """A build of the project, waited for; its start is tried again where CodeBuild is full or does not answer.

    https://docs.aws.amazon.com/step-functions/latest/dg/connect-codebuild.html
    """
    return {
        "Type": "Task",
        "Resource": f"arn:{around.partition}:states:::codebuild:startBuild.sync",
        "Parameters": {
            "ProjectName": around.project,
            "SourceLocationOverride.$": "$.source",
            "EnvironmentVariablesOverride": [
                {"Name": name.removesuffix(".$"), "Type": "PLAINTEXT", _value(name): value}
                for name, value in variables.items()
            ],
        },
        "Retry": [
            _retry(["CodeBuild.AccountLimitExceededException"], 60),
            _retry(["CodeBuild.CodeBuildException", "CodeBuild.SdkClientException"], 6),
        ],
    }


def _value(name: str) -> str:
    return "Value.$" if name.endswith(".$") else "Value"


def _retry(errors: list[str], attempts: int) -> State:
    """Waits 5 seconds at most, then twice that, up to five minutes; how long exactly is left to chance."""
    return {
        "ErrorEquals": errors,
        "IntervalSeconds": 5,
        "BackoffRate": 2,
        "MaxDelaySeconds": 300,
        "MaxAttempts": attempts,
        "JitterStrategy": "FULL",
    }


def _key(around: Surroundings, name: str) -> str:
    """Of a file of this execution alone; {} stands for its name."""
    return f"{around.prefix}executions/{{}}/{name}"


def _format(text: str) -> str:
    return f"States.Format('{text}', $$.Execution.Name)"
