"""What is said to do about errors that are known. The texts are Terraform's and the provider's own."""

from __future__ import annotations

import pytest

from generator.terraform.failures import advice_for


@pytest.mark.parametrize(
    ("said", "advice"),
    [
        ("AWS account ID not allowed: 123456789012", "lead to account 123456789012"),
        ("Error: Cannot assume IAM Role [provider]", "must exist in the account and trust"),
        ('Error: S3 bucket "acme-terraform-state" does not exist.', "create the state bucket"),
        ("Error: Error acquiring the state lock", "goldsmith rollout unlock ID --confirm"),
        ("Error: Failed to query available provider packages", "GOLDSMITH_PROVIDER_MIRROR"),
        ("Error: No valid credential sources found", "log in, or add --emulator"),
        ("dial tcp 127.0.0.1:1: connect: connection refused", "AWS_ENDPOINT_URL"),
        (
            "imagebuilder: CreateImageRecipe, https response error StatusCode: 400, InvalidParameterValueException: "
            "The value supplied for parameter 'parentImage' is not valid.",
            "goldsmith images import ENVIRONMENT NAME",
        ),
        ("ECR Repository (prod/web) not empty: RepositoryNotEmptyException", "add --delete-containers"),
        ("S3 Bucket (acme-prod-imagebuilder-exports-1-x): api error BucketNotEmpty", "Add --delete-exports"),
        ("api error BucketNotEmpty: The bucket you tried to delete is not empty", "Add --delete-logs"),
        (
            "Error: creating Image Builder Image Recipe: operation error imagebuilder: CreateImageRecipe, https\n"
            "response error StatusCode: 400, InvalidParameterValueException: The\n"
            "value supplied for parameter 'parentImage' is",
            "build that one first, `goldsmith build ENVIRONMENT NAME`, and apply again",
        ),
        ("Error: Instance cannot be destroyed", "prevent_destroy"),
    ],
)
def test_a_known_error_comes_with_what_to_do(said: str, advice: str) -> None:
    assert advice in (advice_for(said) or "")


def test_an_unknown_error_stands_for_itself() -> None:
    assert advice_for("Error: Reference to undeclared resource") is None
