{{- /* The controller's configuration file; its fields are in docs/controller.md. */ -}}
{{- define "cnpg-storage-manager.config" -}}
metricsInterval: {{ .Values.controller.metricsInterval | quote }}
logLevel: {{ .Values.controller.logLevel }}
logFormat: {{ .Values.controller.logFormat }}
watchNamespaces: {{ toJson .Values.watchNamespaces }}
defaults: {{- toYaml .Values.defaults | nindent 2 }}
leaderElection:
  enabled: {{ .Values.controller.leaderElection.enabled }}
  leaseName: {{ include "cnpg-storage-manager.fullname" . }}
  {{- if .Values.controller.leaderElection.enabled }}
  agentService: {{ include "cnpg-storage-manager.fullname" . }}
  {{- end }}
  leaseDuration: {{ .Values.controller.leaderElection.leaseDuration | quote }}
  renewDeadline: {{ .Values.controller.leaderElection.renewDeadline | quote }}
  retryPeriod: {{ .Values.controller.leaderElection.retryPeriod | quote }}
agent:
  audience: {{ .Values.agent.audience | quote }}
  listen:
    host: {{ .Values.controller.listenHost | quote }}
    port: 8443
  tls:
    certFile: /etc/cnpg-storage-manager/tls/tls.crt
    keyFile: /etc/cnpg-storage-manager/tls/tls.key
serve:
  host: {{ .Values.controller.listenHost | quote }}
  port: 8080
persistence:
  enabled: {{ .Values.persistence.enabled }}
  directory: /var/lib/cnpg-storage-manager
storageEvents: {{- toYaml .Values.storageEvents | nindent 2 }}
kubernetes: {{- toYaml .Values.kubernetes | nindent 2 }}
sources:
  kubelet:
    # Nodes belong to no namespace: where only some are looked after, nothing is granted that reaches beyond them.
    enabled: {{ and .Values.sources.kubelet.enabled (not .Values.watchNamespaces) }}
    caFile: {{ .Values.sources.kubelet.caFile | quote }}
  prometheus: {{- toYaml .Values.sources.prometheus | nindent 4 }}
  instanceMetrics: {{- toYaml .Values.sources.instanceMetrics | nindent 4 }}
nudge: {{ .Values.nudge }}
expansionDeadlines: {{- toYaml .Values.expansionDeadlines | nindent 2 }}
{{- end -}}
