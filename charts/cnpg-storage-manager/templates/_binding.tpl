{{- /* Gives the account a role: in one namespace if there is one, else everywhere. */ -}}
{{- define "cnpg-storage-manager.binding" -}}
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ if .namespace }}RoleBinding{{ else }}ClusterRoleBinding{{ end }}
metadata:
  name: {{ .role }}
  {{- with .namespace }}
  namespace: {{ . }}
  {{- end }}
  labels: {{- include "cnpg-storage-manager.labels" .root | nindent 4 }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind | default "ClusterRole" }}
  name: {{ .role }}
subjects:
  - kind: ServiceAccount
    name: {{ include "cnpg-storage-manager.serviceAccountName" .root }}
    namespace: {{ .root.Release.Namespace }}
{{- end -}}
