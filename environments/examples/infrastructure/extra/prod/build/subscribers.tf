# Whom the topic of `notify` tells. No key of the spec says it, so it is Terraform, in the root that builds.
resource "aws_sns_topic_subscription" "on_call" {
  topic_arn = module.events.topic_arn
  protocol  = "email"
  endpoint  = "on-call@example.com"
}
