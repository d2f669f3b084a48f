locals {
  pull_actions = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]

  read_recipes = {
    Sid      = "ReadContainerRecipes"
    Effect   = "Allow"
    Action   = "imagebuilder:GetContainerRecipe"
    Resource = sort(try(var.containers.recipe_arns, []))
  }

  sign_in = {
    Sid      = "SignInToRegistries"
    Effect   = "Allow"
    Action   = "ecr:GetAuthorizationToken"
    Resource = "*"
  }

  push = {
    Sid      = "PushContainerImages"
    Effect   = "Allow"
    Action   = concat(local.pull_actions, ["ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"])
    Resource = sort(try(var.containers.push_repository_arns, []))
  }

  pull = {
    Sid      = "PullContainerBases"
    Effect   = "Allow"
    Action   = local.pull_actions
    Resource = sort(try(var.containers.pull_repository_arns, []))
  }
}

# What EC2InstanceProfileForImageBuilderECRContainerBuilds allows for every repository and recipe of the account, for
# those alone that the images come from and go to.
resource "aws_iam_role_policy" "containers" {
  count = var.containers == null ? 0 : 1

  name = "container-builds"
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [local.read_recipes, local.sign_in, local.push],
      [for statement in [local.pull] : statement if length(statement.Resource) > 0],
    )
  })
}
